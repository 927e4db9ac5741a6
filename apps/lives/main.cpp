// yinxin-lives ROOT: writes the pictures, labels and SQL checks of the lives under ROOT.

#include <filesystem>
#include <fstream>
#include <iostream>

#include "hall/application/life_render.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: yinxin-lives ROOT\n";
    return 2;
  }
  for (const auto& file : yinxin::hall::render_lives()) {
    const std::filesystem::path path = std::filesystem::path(argv[1]) / file.path;
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << file.text << std::flush;
    if (!out) {
      std::cerr << "cannot write " << path.string() << "\n";
      return 1;
    }
  }
  return 0;
}
