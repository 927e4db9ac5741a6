#include "outside/emulator/emulator.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

namespace yinxin::outside {

namespace {

constexpr std::array<std::string_view, 10> names{
    "none",        "decline", "unavailable", "lose_answer", "bad_signature", "repeat_callback",
    "no_callback", "stale",   "unknown_key", "hold"};
constexpr std::size_t max_admin_body_bytes = 4096;

Result<void> plan(FaultPlan& faults, std::string_view body) {
  boost::system::error_code wrong;
  const boost::json::value told = boost::json::parse(body, wrong);
  const auto* fields = wrong ? nullptr : told.if_object();
  const auto* operation = fields == nullptr ? nullptr : fields->if_contains("operation");
  const auto* fault = fields == nullptr ? nullptr : fields->if_contains("fault");
  if (operation == nullptr || !operation->is_string() || fault == nullptr || !fault->is_string()) {
    return fail(ErrorCode::invalid_input, "an object with operation and fault is needed");
  }
  const auto* times = fields->if_contains("times");
  if (times != nullptr && (!times->is_int64() || times->get_int64() < 1)) {
    return fail(ErrorCode::invalid_input, "times must be a positive number");
  }
  YX_TRY(const Fault wanted, fault_of_name(fault->get_string()));
  for (std::int64_t left = times == nullptr ? 1 : times->get_int64(); left > 0; --left) {
    YX_CHECK(faults.add(std::string(operation->get_string()), wanted));
  }
  return {};
}

}  // namespace

std::string_view name_of(Fault fault) { return names[static_cast<std::size_t>(fault)]; }

Result<Fault> fault_of_name(std::string_view name) {
  const auto* found = std::ranges::find(names, name);
  if (found == names.end()) {
    return fail(ErrorCode::invalid_input, "no such fault");
  }
  return static_cast<Fault>(found - names.begin());
}

Result<void> FaultPlan::add(std::string operation, Fault fault) {
  const std::scoped_lock lock(mutex_);
  if (waiting_.size() >= max_planned_faults) {
    return fail(ErrorCode::too_many_requests, "too many faults are planned");
  }
  waiting_.emplace_back(std::move(operation), fault);
  return {};
}

Fault FaultPlan::take(std::string_view operation) {
  std::unique_lock lock(mutex_);
  const auto found = std::ranges::find_if(waiting_, [&](const auto& entry) { return entry.first == operation; });
  if (found == waiting_.end()) {
    return Fault::none;
  }
  const Fault fault = found->second;
  waiting_.erase(found);
  if (fault != Fault::hold) {
    return fault;
  }
  ++held_;
  released_.wait_for(lock, longest_hold, [this, before = releases_] { return releases_ != before; });
  --held_;
  return Fault::none;
}

std::size_t FaultPlan::release() {
  const std::scoped_lock lock(mutex_);
  ++releases_;
  released_.notify_all();
  return held_;
}

void FaultPlan::forget() {
  const std::scoped_lock lock(mutex_);
  waiting_.clear();
}

void FaultPlan::add_routes(net::Router& router) {
  router.add(net::Method::post, "/admin/faults", {.max_body_bytes = max_admin_body_bytes},
             [this](const net::Request& request) {
               const std::string_view body(reinterpret_cast<const char*>(request.body.data()), request.body.size());
               const auto planned = plan(*this, body);
               if (!planned) {
                 return net::problem(400, planned.error().detail);
               }
               return net::Response{.status = 204};
             });
  router.add(net::Method::get, "/admin/faults", {}, [this](const net::Request&) {
    const std::scoped_lock lock(mutex_);
    return net::answer("application/json",
                       net::Body(std::string_view(boost::json::serialize(boost::json::object{{"held", held_}}))));
  });
  router.add(net::Method::delete_, "/admin/faults", {}, [this](const net::Request&) {
    forget();
    return net::Response{.status = 204};
  });
  router.add(net::Method::post, "/admin/faults/release", {.max_body_bytes = max_admin_body_bytes},
             [this](const net::Request&) {
               release();
               return net::Response{.status = 204};
             });
}

}  // namespace yinxin::outside
