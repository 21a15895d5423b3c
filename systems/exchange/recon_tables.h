// What the initiator keeps of its reconciliation with the provider (对账).
//
// One batch for each day, with the lines of the provider's file as they were; the
// buffer (缓冲池) of our orders that no file has told of yet; and the mistakes that were
// found. Mistakes that nobody but a person can mend are MANUAL, and files that could
// not be processed, or did not come in time (without a sha), are refusals: these two are the queue
// that people look at.
//
//   batch:   SAVED -> CHECKED
//   mistake: OPEN -> REPAIRED, OPEN -> MANUAL, or MANUAL from the beginning
//
// Source: the tables rp_account_check_batch, _mistake and _mistake_scratch_pool of
// roncoo/roncoo-pay, and its ReconciliationMistakeTypeEnum.

#ifndef SYSTEMS_EXCHANGE_RECON_TABLES_H_
#define SYSTEMS_EXCHANGE_RECON_TABLES_H_

#include "absl/strings/string_view.h"

namespace exchange {

inline constexpr absl::string_view kReconTables =
    "CREATE TABLE recon_batch("
    "  batch_no TEXT NOT NULL PRIMARY KEY,"
    "  channel TEXT NOT NULL,"
    "  bill_date TEXT NOT NULL,"
    "  status TEXT NOT NULL,"
    "  file_sha TEXT NOT NULL,"
    "  hdr_count INTEGER NOT NULL,"
    "  hdr_amount TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE recon_line("
    "  batch_no TEXT NOT NULL,"
    "  line_no INTEGER NOT NULL,"
    "  serial_no INTEGER NOT NULL,"
    "  order_no TEXT NOT NULL,"
    "  amount INTEGER NOT NULL,"
    "  fee INTEGER NOT NULL,"
    "  status TEXT NOT NULL,"
    "  bank_time INTEGER NOT NULL,"
    "  PRIMARY KEY(batch_no, line_no)) WITHOUT ROWID;"
    "CREATE INDEX recon_line_order ON recon_line(order_no);"
    "CREATE TABLE recon_buffer("
    "  order_no TEXT NOT NULL PRIMARY KEY,"
    "  bill_date TEXT NOT NULL,"
    "  amount INTEGER NOT NULL,"
    "  fee INTEGER NOT NULL,"
    "  entered_at INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE recon_mistake("
    "  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
    "  batch_no TEXT NOT NULL,"
    "  order_no TEXT NOT NULL,"
    "  err_type TEXT NOT NULL,"
    "  bank_status TEXT NOT NULL,"
    "  handle_status TEXT NOT NULL,"
    "  found_at INTEGER NOT NULL,"
    "  repair_serial TEXT NOT NULL UNIQUE);"
    "CREATE TABLE recon_refusal("
    "  refusal_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
    "  bill_date TEXT NOT NULL,"
    "  file_sha TEXT NOT NULL,"
    "  reason TEXT NOT NULL,"
    "  entered_at INTEGER NOT NULL,"
    "  UNIQUE(bill_date, file_sha, reason));";

// A day is processed once.
inline constexpr absl::string_view kOneBatchPerDay =
    "CREATE UNIQUE INDEX recon_batch_day ON recon_batch(channel, bill_date);";

}  // namespace exchange

#endif  // SYSTEMS_EXCHANGE_RECON_TABLES_H_
