#include "search/caching_evaluator.hpp"

#include <algorithm>
#include <mutex>
#include <unordered_map>

#include "search/seen_set.hpp"

namespace coppice {
namespace {

/// Fingerprints are mixed already.
struct AsItIs {
  std::size_t operator()(std::uint64_t print) const noexcept {
    return static_cast<std::size_t>(print);
  }
};

}  // namespace

/// Rows of all architectures seen, in the order of their first appearance.
struct CachingEvaluator::Cache {
  std::mutex mutex;
  std::unordered_map<std::uint64_t, std::size_t, AsItIs> place;
  std::vector<double> rows;
  std::int64_t asked = 0;
};

CachingEvaluator::CachingEvaluator(const Evaluator& inner)
    : inner_(inner), cache_(std::make_unique<Cache>()) {}

CachingEvaluator::~CachingEvaluator() = default;

const std::vector<std::string>& CachingEvaluator::names() const { return inner_.names(); }

std::vector<double> CachingEvaluator::evaluate(
    const std::vector<Architecture>& architectures) const {
  const std::lock_guard<std::mutex> lock(cache_->mutex);
  std::unordered_map<std::uint64_t, std::size_t, AsItIs> fresh_place;
  std::vector<Architecture> fresh;
  std::vector<std::size_t> wanted;
  wanted.reserve(architectures.size());
  for (const Architecture& architecture : architectures) {
    const std::uint64_t print = fingerprint(architecture);
    const auto known = cache_->place.find(print);
    if (known != cache_->place.end()) {
      wanted.push_back(known->second);
      continue;
    }
    const std::size_t next = cache_->place.size() + fresh.size();
    const auto [place, added] = fresh_place.emplace(print, next);
    if (added) fresh.push_back(architecture);
    wanted.push_back(place->second);
  }
  if (!fresh.empty()) {
    // The cache changes only once the rows are there: a failing evaluator leaves it as it was.
    const std::vector<double> rows = inner_.evaluate(fresh);
    cache_->rows.insert(cache_->rows.end(), rows.begin(), rows.end());
    cache_->place.merge(fresh_place);
  }
  cache_->asked += static_cast<std::int64_t>(architectures.size());
  const std::size_t width = names().size();
  std::vector<double> out(architectures.size() * width);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    std::copy_n(&cache_->rows[wanted[i] * width], width, &out[i * width]);
  }
  return out;
}

std::int64_t CachingEvaluator::asked() const {
  const std::lock_guard<std::mutex> lock(cache_->mutex);
  return cache_->asked;
}

std::int64_t CachingEvaluator::evaluated() const {
  const std::lock_guard<std::mutex> lock(cache_->mutex);
  return static_cast<std::int64_t>(cache_->place.size());
}

}  // namespace coppice
