// What is promised to pages (api/agent.yaml) and what is served to them.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace yinxin::agent_test {
namespace {

// What stands between `before` and the next `end`, each time.
std::set<std::string> words_between(const std::string& text, const std::string& before, char end) {
  std::set<std::string> words;
  for (std::size_t at = text.find(before); at != std::string::npos; at = text.find(before, at + 1)) {
    const std::size_t from = at + before.size();
    words.insert(text.substr(from, text.find(end, from) - from));
  }
  return words;
}
std::string file_text(const std::string& path) {
  std::ifstream file(std::string(YX_SOURCE_DIR) + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(AgentContract, NamesEveryRouteAndEveryReasonAndNoOther) {
  const std::string contract = file_text("/api/agent.yaml");
  const auto promised = words_between(contract, "\n  /agent/v1/", ':');
  ASSERT_EQ(promised.size(), 5U);
  EXPECT_EQ(promised, words_between(file_text("/apps/agent/web/routes.cpp"), "{\"/agent/v1/", '"'));
  const std::size_t reasons = contract.find("enum: [agent.");
  ASSERT_NE(reasons, std::string::npos);
  const std::string list = contract.substr(reasons, contract.find(']', reasons) - reasons) + ",";
  EXPECT_EQ(words_between(list, "agent.", ','),
            words_between(file_text("/apps/agent/web/answers.cpp"), "Row{\"agent.", '"'));
}

}  // namespace
}  // namespace yinxin::agent_test
