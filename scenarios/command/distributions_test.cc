// Goal: a campaign tells the quantiles of all samples of its runs, by nearest rank.
// Method: runs with samples by hand; ranks counted on fingers.

#include "scenarios/command/distributions.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace scenarios {
namespace {

settle::RunResult RunWith(const std::string& name, const std::string& group,
                          const std::vector<int64_t>& values) {
  settle::RunResult run;
  settle::Samples& samples = *run.add_samples();
  samples.set_name(name);
  samples.set_group(group);
  samples.set_unit("ns");
  samples.mutable_value()->Add(values.begin(), values.end());
  return run;
}

TEST(Distributions, TellTheNearestRankOfAllRuns) {
  Distributions distributions;
  distributions.Add(RunWith("lag", "", {50, 10, 30}));
  distributions.Add(RunWith("lag", "", {20, 40}));
  settle::CampaignResult campaign;
  distributions.Report(campaign);

  ASSERT_EQ(campaign.distribution_size(), 1);
  const settle::Distribution& lag = campaign.distribution(0);
  EXPECT_EQ(lag.name(), "lag");
  EXPECT_EQ(lag.unit(), "ns");
  EXPECT_EQ(lag.count(), 5u);
  EXPECT_EQ(lag.least(), 10);
  EXPECT_EQ(lag.p50(), 30);  // rank 3 of 5
  EXPECT_EQ(lag.p90(), 50);  // rank 5
  EXPECT_EQ(lag.p99(), 50);
  EXPECT_EQ(lag.most(), 50);
}

TEST(Distributions, TellAHundredApart) {
  std::vector<int64_t> values;
  for (int64_t i = 100; i >= 1; --i) values.push_back(i);
  Distributions distributions;
  distributions.Add(RunWith("lag", "", values));
  settle::CampaignResult campaign;
  distributions.Report(campaign);

  EXPECT_EQ(campaign.distribution(0).p50(), 50);
  EXPECT_EQ(campaign.distribution(0).p90(), 90);
  EXPECT_EQ(campaign.distribution(0).p99(), 99);
}

TEST(Distributions, KeepGroupsApartAndLeaveOutWhatWasNotMeasured) {
  Distributions distributions;
  distributions.Add(RunWith("lag", "queries: 1", {7}));
  distributions.Add(RunWith("lag", "queries: 2", {8}));
  distributions.Add(RunWith("latency", "", {}));
  settle::CampaignResult campaign;
  distributions.Report(campaign);

  ASSERT_EQ(campaign.distribution_size(), 2);
  EXPECT_EQ(campaign.distribution(0).group(), "queries: 1");
  EXPECT_EQ(campaign.distribution(0).p50(), 7);
  EXPECT_EQ(campaign.distribution(1).p50(), 8);
}

}  // namespace
}  // namespace scenarios
