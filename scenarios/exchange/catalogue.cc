#include "scenarios/exchange/catalogue.h"

#include "scenarios/exchange/answer_checks.h"
#include "scenarios/exchange/effect_checks.h"
#include "scenarios/exchange/idempotency_checks.h"
#include "scenarios/exchange/measures.h"
#include "scenarios/exchange/notice_checks.h"
#include "scenarios/exchange/order_checks.h"
#include "scenarios/exchange/recon_checks.h"
#include "scenarios/exchange/recon_measures.h"
#include "scenarios/exchange/reversal_checks.h"
#include "scenarios/exchange/reversal_request_checks.h"
#include "scenarios/exchange/steps.h"
#include "scenarios/exchange/workload_flood.h"
#include "scenarios/exchange/workload_pay.h"
#include "scenarios/exchange/workload_replay.h"
#include "systems/exchange/initiator.h"
#include "systems/exchange/provider.h"

namespace scenarios {

void AddExchange(Catalogue& catalogue) {
  catalogue.AddSystem(exchange::InitiatorSystem());
  catalogue.AddSystem(exchange::ProviderSystem());
  catalogue.AddWorkload(FloodWorkload());
  catalogue.AddWorkload(PayWorkload());
  catalogue.AddWorkload(ReplayWorkload());

  AddAnswerChecks(catalogue);
  AddEffectChecks(catalogue);
  AddIdempotencyChecks(catalogue);
  AddNoticeChecks(catalogue);
  AddOrderChecks(catalogue);
  AddReconChecks(catalogue);
  AddReversalChecks(catalogue);
  AddReversalRequestChecks(catalogue);

  AddExchangeMeasures(catalogue);
  AddReconMeasures(catalogue);
  AddExchangeSteps(catalogue);
}

}  // namespace scenarios
