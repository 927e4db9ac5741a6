// Apart from the messages themselves: whoever only reads answers links no drawing.
#include "view/wire.h"

namespace yinxin::view {

Answer answer_for(Bytes file, std::size_t page) {
  auto picture = draw_page(std::move(file), page);
  if (picture) {
    return {.outcome = Outcome::drawn, .picture = std::move(*picture)};
  }
  const Error& why = picture.error();
  return {.outcome = why.detail == "view.kind"   ? Outcome::no_pages
                     : why.detail == "view.page" ? Outcome::no_such_page
                                                 : Outcome::unreadable,
          .picture = {}};
}

}  // namespace yinxin::view
