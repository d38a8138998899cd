#include "checker/files/place.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace synod {
namespace {

namespace fs = std::filesystem;

/// Whether what this program prints goes into that file: moving another there would lose it.
bool is_printed_to(const struct stat& file) {
  for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) {
    struct stat printed{};
    if (fstat(descriptor, &printed) == 0 && printed.st_dev == file.st_dev &&
        printed.st_ino == file.st_ino)
      return true;
  }
  return false;
}

}  // namespace

std::string behind_links(const std::string& name) {
  constexpr int most_links = 40;  // as the system itself follows
  fs::path path = name;
  std::error_code error;
  for (int i = 0; i < most_links && fs::is_symlink(fs::symlink_status(path, error)); ++i) {
    const fs::path target = fs::read_symlink(path, error);
    if (error) break;
    path = path.parent_path() / target;  // an absolute target stands for itself
  }
  return path.string();
}

std::string why_no_file(const std::string& name) {
  const std::string file = behind_links(name);
  struct stat status{};
  if (lstat(file.c_str(), &status) == 0) {
    if (S_ISLNK(status.st_mode)) return std::strerror(ELOOP);
    if (S_ISDIR(status.st_mode)) return "is a directory";
    // A pipe or a device would be replaced by a file.
    if (!S_ISREG(status.st_mode)) return "not a regular file";
    if (access(file.c_str(), W_OK) != 0) return std::strerror(errno);
    if (is_printed_to(status)) return "what is printed goes there";
  } else if (errno != ENOENT) {
    return std::strerror(errno);
  } else if (struct stat open{}; stat(name.c_str(), &open) == 0) {
    // Behind /dev/stdout, say: a pipe, or a file that was removed.
    return S_ISREG(open.st_mode) ? "a file without a name" : "not a regular file";
  }
  const fs::path parent = fs::path(file).parent_path();
  return access(parent.empty() ? "." : parent.c_str(), W_OK | X_OK) == 0 ? ""
                                                                         : std::strerror(errno);
}

bool take_after(int descriptor, const std::string& other) {
  struct stat status{};
  if (stat(other.c_str(), &status) != 0) return true;
  // To be somebody else's takes a right that most have not; the mode comes after, as this drops
  // parts of it.
  if (fchown(descriptor, status.st_uid, status.st_gid) != 0 &&
      fchown(descriptor, static_cast<uid_t>(-1), status.st_gid) != 0)
    errno = 0;
  return fchmod(descriptor, status.st_mode & 07777) == 0;
}

}  // namespace synod
