// Drives one fuzz target without libFuzzer: replays the files and folders named on the command
// line, then feeds seeded random mutations of them. Ordinary builds (sanitizers, g++) thereby run
// every target; preset fuzz replaces this file with libFuzzer's own main.
//
//   NAME_fuzz [-runs=N] [-seed=N] [-max_len=N] [FILE|DIR]...
//
// One thread. Inputs over max_len (default 64 KiB) are cut off before they are mutated.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

struct Options {
  std::uint64_t runs = 2'000;
  std::uint64_t seed = 1;
  std::size_t max_len = 64U << 10;
  std::vector<fs::path> inputs;
};

std::uint64_t number_after(std::string_view argument) {
  const std::string digits(argument.substr(argument.find('=') + 1));
  return std::strtoull(digits.c_str(), nullptr, 10);
}

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.starts_with("-runs="))
      options.runs = number_after(argument);
    else if (argument.starts_with("-seed="))
      options.seed = number_after(argument);
    else if (argument.starts_with("-max_len="))
      options.max_len = number_after(argument);
    else if (!argument.starts_with("-"))
      options.inputs.emplace_back(argument);
  }
  return options;
}

void add_file(std::vector<std::string>& corpus, const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  corpus.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

// Sorted, so that one seed gives one run on every file system.
std::vector<std::string> read_corpus(const std::vector<fs::path>& inputs) {
  std::vector<fs::path> files;
  for (const fs::path& input : inputs) {
    if (!fs::is_directory(input)) {
      files.push_back(input);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(input))
      if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> corpus;
  for (const fs::path& file : files) add_file(corpus, file);
  return corpus;
}

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t bound) { return bound == 0 ? 0 : random() % bound; }

// One small change: flip, overwrite with a byte that parsers care about, delete, repeat or splice.
void mutate_once(std::string& text, const std::vector<std::string>& corpus, Random& random) {
  static constexpr std::string_view kTelling = "{}[]\",:\\\n\r\t;'0-9eE.\0\x7f\x80\xc3\xff";
  const std::size_t at = below(random, text.size() + 1);
  const std::size_t length = 1 + below(random, 1U << below(random, 8));
  const char telling = kTelling[below(random, kTelling.size())];
  switch (below(random, 7)) {
    case 0:
      if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << below(random, 8)));
      break;
    case 1:
      if (at < text.size()) text[at] = telling;
      break;
    case 2: text.insert(at, 1, telling); break;
    case 3: text.erase(at, length); break;
    case 4: text.insert(at, std::string(text.substr(at, length))); break;
    case 5: text.insert(at, length, telling); break;
    default: {
      const std::string& other = corpus[below(random, corpus.size())];
      text.insert(at, other.substr(below(random, other.size() + 1), length));
    }
  }
}

void run(const std::string& text) {
  // A copy of exactly this size, so that the address sanitizer sees a read past the end.
  const std::vector<std::uint8_t> bytes(text.begin(), text.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = read_options(argc, argv);
  std::vector<std::string> corpus = read_corpus(options.inputs);
  for (const std::string& text : corpus) run(text);
  const std::size_t replayed = corpus.size();
  if (corpus.empty()) corpus.emplace_back("{\"a\":[1,\"b\",null]}\n");
  std::printf("seed %llu\n", static_cast<unsigned long long>(options.seed));
  std::fflush(stdout);  // a crash must not take the seed with it
  Random random(options.seed);
  for (std::uint64_t i = 0; i < options.runs; ++i) {
    std::string text = corpus[below(random, corpus.size())];
    for (std::size_t n = 1 + below(random, 8); n > 0; --n) mutate_once(text, corpus, random);
    if (text.size() > options.max_len) text.resize(options.max_len);
    run(text);
  }
  std::printf("replayed %zu, mutated %llu\n", replayed,
              static_cast<unsigned long long>(options.runs));
  return 0;
}
