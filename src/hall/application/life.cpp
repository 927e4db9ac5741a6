#include "hall/application/life.h"

#include "hall/application/life_check.h"
#include "hall/application/life_parts.h"

// The compiler proves the tables here, each promise under its own sentence.
namespace yinxin::hall {
namespace {

#define YX_PROVE_LIFE(table)                                                                                         \
  static_assert(check::names_are_whole(table), #table ": a state or event is out of place, unnamed or named twice"); \
  static_assert(check::rows_are_unambiguous(table), #table ": two rows answer the same event");                      \
  static_assert(check::facts_always_land(table), #table ": a reported fact would find no row");                      \
  static_assert(check::finals_have_no_exit(table), #table ": a final state has an exit");                            \
  static_assert(check::every_state_is_reachable(table), #table ": a state cannot be reached");                       \
  static_assert(check::no_state_is_a_dead_end(table), #table ": a state never ends");                                \
  static_assert(check::clocks_act(table), #table ": a term without a clock row, or a clock row without a term");     \
  static_assert(check::turns_are_named(table), #table ": it is nobody's turn in a state that is not final")

YX_PROVE_LIFE(life::case_life);
YX_PROVE_LIFE(life::line_life);
YX_PROVE_LIFE(life::payment_life);
YX_PROVE_LIFE(life::refund_life);
YX_PROVE_LIFE(life::identity_life);
YX_PROVE_LIFE(life::deposit_life);
YX_PROVE_LIFE(life::delivery_life);
YX_PROVE_LIFE(life::parcel_life);
YX_PROVE_LIFE(life::invoice_life);

static_assert(check::approved_takes_two_officers(life::case_life),
              "a way into `approved` has neither two different officers nor the holder's renewal in place");
static_assert(check::nothing_is_made_unapproved(life::case_life), "production can be reached past `approved`");
static_assert(check::production_is_a_third_hand(life::case_life), "who approved may also produce");
static_assert(check::nothing_leaves_unpaid(life::case_life), "a medium can leave the house unpaid");

static_assert(check::kinds_are_whole(kinds), "a kind of business is missing or out of place");
static_assert(check::one_signature_is_harmless(kinds),
              "one signature hands out a medium, releases a key or revokes another's certificate");
static_assert(check::hard_floor_stands(kinds), "a kind that needs two officers is settled by the holder alone");

}  // namespace
}  // namespace yinxin::hall
