#pragma once
// What the cell that draws pages answers, and how the house reads it: as from a stranger, for the process may have been
// taken over.

#include "view/page_picture.h"

namespace yinxin::view {

constexpr std::size_t max_answer_bytes = std::size_t{33} << 20;
constexpr std::size_t max_file_bytes = std::size_t{64} << 20;  // of the document

constexpr std::int64_t place_origin_um = 2'000'000'000;  // the house's INTEGERs are not negative

enum class Outcome {
  drawn,
  no_pages,    // a kind of file that has none which we draw
  unreadable,  // the package cannot be opened safely, or the page is too large
  no_such_page,
};

struct Answer {
  Outcome outcome = Outcome::unreadable;
  PagePicture picture;  // when drawn
};

// Draws, and says why not.
Answer answer_for(Bytes file, std::size_t page);

// Answer ::= SEQUENCE { version INTEGER (1), outcome INTEGER, picture Picture OPTIONAL }
// Picture ::= SEQUENCE { pages INTEGER, page INTEGER, width INTEGER, height INTEGER, widthPx INTEGER, heightPx INTEGER,
//                        notShown INTEGER, otherFonts BOOLEAN, seals SEQUENCE OF Seal, png OCTET STRING }
// Seal ::= SEQUENCE { signature INTEGER, x INTEGER, y INTEGER, width INTEGER, height INTEGER, drawn BOOLEAN }
// Lengths are micrometres, x and y counted from place_origin_um left of and above the page; a picture is there exactly
// when the outcome is `drawn`.
Bytes to_wire(const Answer& answer);
// invalid_input for anything to_wire() would not write: values out of range, a PNG of another size than said, or with
// chunks beside those that hold pixels.
Result<Answer> answer_of_wire(BytesView der);

}  // namespace yinxin::view
