import { describe, expect, it } from "vitest";
import { page_picture_of } from "./page_picture";

const drawn = { outcome: "drawn", pages: 2, page: 1, width_mm: 210, height_mm: 297, not_shown: 0, other_fonts: true, seals: [{ signature: 1, x_mm: 5, y_mm: 6, width_mm: 40, height_mm: 40, drawn: true }], png: "AAAA" };

describe("a picture of a page", () => {
  it("is read as it is told", () => {
    const picture = page_picture_of(drawn);
    expect(picture).toMatchObject({ pages: 2, page: 1, other_fonts: true, source: "data:image/png;base64,AAAA" });
    expect(typeof picture === "object" && picture.seals[0]).toEqual(drawn.seals[0]);
  });
  it("is a PNG of this answer and no address of another", () => {
    for (const png of [undefined, 5, "", "https://evil.example/x.png", 'AAAA" onerror="', "AA AA", "=AAA"]) {
      expect(page_picture_of({ ...drawn, png })).toBe("failed");
    }
  });
  it("is none where its numbers are none", () => {
    for (const odd of [{ page: 3 }, { page: 0 }, { pages: "2" }, { width_mm: -1 }, { height_mm: Infinity }]) {
      expect(page_picture_of({ ...drawn, ...odd })).toBe("failed");
    }
  });
  it("says why there is none", () => {
    expect([{ outcome: "no_pages" }, { outcome: "unreadable" }, { outcome: "no_such_page" }, { outcome: "splendid" }, null, 5].map(page_picture_of)).toEqual(["no_pages", "unreadable", "no_such_page", "failed", "failed", "failed"]);
  });
});
