// A document of one page with these lines on it: OFD (GB/T 33190).
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const namespace = 'xmlns:ofd="http://www.ofdspec.org/2016"';
const head = '<?xml version="1.0" encoding="UTF-8"?>\n';

export function document_of(lines: readonly string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "yinxin-ofd-"));
  const size_mm = 6;
  const texts = lines.map(
    (line, at) =>
      `<ofd:TextObject ID="${10 + at}" Boundary="20 ${30 + 12 * at} 170 10" Font="3" Size="${size_mm}">` +
      `<ofd:TextCode X="0" Y="7" DeltaX="g ${[...line].length - 1} ${size_mm}">${line}</ofd:TextCode></ofd:TextObject>`,
  );
  const parts: Record<string, string> = {
    "OFD.xml": `<ofd:OFD ${namespace} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>0123456789abcdef0123456789abcdef</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>`,
    "Doc_0/Document.xml": `<ofd:Document ${namespace}><ofd:CommonData><ofd:MaxUnitID>100</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>`,
    "Doc_0/PublicRes.xml": `<ofd:Res ${namespace} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="3" FontName="宋体" FamilyName="宋体"/></ofd:Fonts></ofd:Res>`,
    "Doc_0/Pages/Page_0/Content.xml": `<ofd:Page ${namespace}><ofd:Area><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:Area><ofd:Content><ofd:Layer ID="2">${texts.join("")}</ofd:Layer></ofd:Content></ofd:Page>`,
  };
  mkdirSync(join(folder, "Doc_0/Pages/Page_0"), { recursive: true });
  for (const [name, text] of Object.entries(parts)) {
    writeFileSync(join(folder, name), head + text);
  }
  execFileSync("zip", ["-q", "-X", "-r", "document.ofd", ...Object.keys(parts)], { cwd: folder });
  const made = readFileSync(join(folder, "document.ofd"));
  rmSync(folder, { recursive: true });
  return made;
}
