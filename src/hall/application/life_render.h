#pragma once
// The texts made from the tables: pictures, labels, SQL. Committed where readers find them and compared in a test.

#include <string>
#include <vector>

namespace yinxin::hall {

struct RenderedFile {
  std::string path;  // from the root of the project
  std::string text;
};
// Every generated file: docs/lives/NAME.md and src/hall/application/generated/*.
std::vector<RenderedFile> render_lives();

}  // namespace yinxin::hall
