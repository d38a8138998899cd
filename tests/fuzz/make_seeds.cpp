// Writes the seeds of a target into a folder, one file each: make_seeds TARGET FOLDER
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "tests/fuzz/seeds.hpp"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: make_seeds trace|names|conditions|checkpoint FOLDER\n", stderr);
    return 2;
  }
  const std::filesystem::path folder = argv[2];
  const std::string_view target = argv[1];
  const std::vector<std::string> seeds = target == "trace"        ? synod::fuzz::trace_seeds()
                                         : target == "names"      ? synod::fuzz::names_seeds()
                                         : target == "conditions" ? synod::fuzz::conditions_seeds()
                                                                  : synod::fuzz::checkpoint_seeds();
  std::filesystem::create_directories(folder);
  for (std::size_t i = 0; i < seeds.size(); ++i)
    std::ofstream(folder / ("seed" + std::to_string(i)), std::ios::binary) << seeds[i];
  return seeds.empty() ? 1 : 0;
}
