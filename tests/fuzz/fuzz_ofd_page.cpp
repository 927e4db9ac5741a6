// Drawing pages: the first byte says which file of a document the rest is, or that it is the whole document, or what
// the cell answered.
#include "base/ensure.h"
#include "seal/ofd/zip_appender.h"
#include "view/pictures.h"
#include "view/wire.h"

namespace {

using namespace yinxin;

constexpr std::string_view page = R"(<Page><Area><PhysicalBox>0 0 40 30</PhysicalBox></Area><Template TemplateID="7"/>
<Content><Layer><TextObject Boundary="1 1 30 9" Font="3" Size="4"><TextCode X="0" Y="4" DeltaX="4">印A</TextCode>
</TextObject><ImageObject Boundary="9 9 9 9" CTM="9 0 0 9 0 0" ResourceID="5"/>
<CompositeObject Boundary="20 9 9 9" ResourceID="6"/></Layer></Content></Page>)";
constexpr std::string_view resources = R"(<Res BaseLoc="Res"><Fonts><Font ID="3" FontName="宋体">
<FontFile>f.ttf</FontFile></Font></Fonts><MultiMedias><MultiMedia ID="5"><MediaFile>i.png</MediaFile></MultiMedia>
</MultiMedias><CompositeGraphicUnits><CompositeGraphicUnit ID="6"><Content><PathObject Boundary="0 0 9 9">
<AbbreviatedData>M 0 0 L 9 9</AbbreviatedData></PathObject></Content></CompositeGraphicUnit></CompositeGraphicUnits>
</Res>)";

// A document in which the file at `path` is the input.
Bytes document_with(std::string_view path, BytesView input) {
  std::vector<seal::ofd::NewFile> files;
  const auto add = [&](std::string_view at, std::string_view text) {
    files.push_back({std::string(at), at == path ? to_bytes(input) : to_bytes(bytes_of(text))});
  };
  add("OFD.xml", "<OFD><DocBody><DocRoot>D/Document.xml</DocRoot></DocBody></OFD>");
  add("D/Document.xml",
      "<Document><CommonData><PublicRes>Res.xml</PublicRes><TemplatePage ID=\"7\" BaseLoc=\"T.xml\"/></CommonData>"
      "<Pages><Page ID=\"1\" BaseLoc=\"P.xml\"/></Pages><Annotations>A.xml</Annotations></Document>");
  add("D/P.xml", page);
  add("D/T.xml", "<Page/>");
  add("D/Res.xml", resources);
  add("D/Res/f.ttf", "none");
  add("D/Res/i.png", "none");
  add("D/A.xml", "<Annotations><Page PageID=\"1\"><FileLoc>N.xml</FileLoc></Page></Annotations>");
  add("D/N.xml", "<PageAnnot/>");
  return seal::ofd::zip_of(files, from_unix_ms(1795219200000)).value();
}

void check(const view::Answer& answer) {
  const auto again = view::answer_of_wire(view::to_wire(answer));
  ensure(again && again->outcome == answer.outcome, "what a cell tells is read again");
  ensure(again->picture.png == answer.picture.png, "with its picture");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const BytesView input(data + 1, size - 1);
  switch (data[0]) {
    case 'p': check(view::answer_for(document_with("D/P.xml", input), 1)); break;
    case 't': check(view::answer_for(document_with("D/T.xml", input), 1)); break;
    case 'r': check(view::answer_for(document_with("D/Res.xml", input), 1)); break;
    case 'f': check(view::answer_for(document_with("D/Res/f.ttf", input), 1)); break;
    case 'a': check(view::answer_for(document_with("D/N.xml", input), 1)); break;
    case 'd': check(view::answer_for(to_bytes(input), 1)); break;
    case 'i': {
      constexpr std::uint64_t few_pixels = 250'000;
      const auto picture = view::decode_picture(input, few_pixels);
      ensure(!picture || cairo_surface_status(picture->get()) == CAIRO_STATUS_SUCCESS, "a picture is one");
      break;
    }
    case 'w': {
      const auto answer = view::answer_of_wire(input);
      ensure(!answer || to_bytes(input) == view::to_wire(*answer) || view::answer_of_wire(view::to_wire(*answer)),
             "what was read can be told");
      break;
    }
    default: break;
  }
  return 0;
}
