// Where files are written. A file is written beside its place and then moved there, so that there
// is always a whole one. What a symbolic link leads to is replaced, never the link itself, and a
// new file has the mode and the owner of the one whose place it takes.
#pragma once

#include <string>

namespace synod {

/// The name at the end of symbolic links, whether or not there is a file of that name; the name
/// itself when it is no link. Of links that go round, or that cannot be read, one of theirs.
std::string behind_links(const std::string& name);

/// Why no file can be written at a name, links followed, as far as can be told without writing;
/// empty: nothing is known against it.
std::string why_no_file(const std::string& name);

/// Gives a file that is to take the place of another the mode of that and, as far as permitted,
/// its owner. Does nothing where there is no other. False, with errno, where the mode cannot be
/// had.
bool take_after(int descriptor, const std::string& other);

}  // namespace synod
