#include "api/session/paper_tickets.h"

#include <gtest/gtest.h>

namespace yinxin::api {
namespace {

TEST(PaperTickets, HoldForOnePaperAndNotForLong) {
  SetClock clock(from_unix_ms(1'795'000'000'000));
  SystemRandom random;
  const PaperTickets tickets(clock, random);
  const auto ticket = tickets.make("YX1", "licence");
  EXPECT_TRUE(tickets.check("YX1", "licence", ticket.text));
  EXPECT_EQ(tickets.check("YX1", "form", ticket.text).error().detail, "ticket.false");
  EXPECT_EQ(tickets.check("YX2", "licence", ticket.text).error().detail, "ticket.false");
  EXPECT_EQ(tickets.check("YX1licence", "", ticket.text).error().detail, "ticket.false");
  EXPECT_EQ(PaperTickets(clock, random).check("YX1", "licence", ticket.text).error().detail, "ticket.false");
  clock.advance(paper_ticket_life - std::chrono::milliseconds(1));
  EXPECT_TRUE(tickets.check("YX1", "licence", ticket.text));
  clock.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(tickets.check("YX1", "licence", ticket.text).error().code, ErrorCode::expired);
}

TEST(PaperTickets, NoCharacterOfOneMayChange) {
  const SetClock clock(from_unix_ms(1'795'000'000'000));
  SystemRandom random;
  const PaperTickets tickets(clock, random);
  const std::string good = tickets.make("YX1", "licence").text;
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string changed = good;
    changed[at] = changed[at] == '1' ? '2' : '1';
    EXPECT_FALSE(tickets.check("YX1", "licence", changed)) << at;
    EXPECT_FALSE(tickets.check("YX1", "licence", good.substr(0, at))) << at;
  }
  for (const char* none : {"", "-", "1", "1-", "-1-00", "99999999999999999999-00"}) {
    EXPECT_FALSE(tickets.check("YX1", "licence", none)) << none;
  }
  EXPECT_FALSE(tickets.check("YX1", "licence", "0" + good)) << "a number has one form";
}

}  // namespace
}  // namespace yinxin::api
