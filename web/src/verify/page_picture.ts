// The answer of POST /api/v1/verify/pages, read without trust: what is not a picture of a page is none.

export interface SealPlace {
  readonly signature: number; // as the report counts
  readonly x_mm: number;
  readonly y_mm: number;
  readonly width_mm: number;
  readonly height_mm: number;
  readonly drawn: boolean;
}
export interface PagePicture {
  readonly pages: number;
  readonly page: number;
  readonly width_mm: number;
  readonly height_mm: number;
  readonly not_shown: number;
  readonly other_fonts: boolean;
  readonly seals: readonly SealPlace[];
  readonly source: string; // for an img: a data: address of a PNG
}
export type Outcome = "drawn" | "no_pages" | "unreadable" | "no_such_page" | "failed";
const outcomes: readonly Outcome[] = ["no_pages", "unreadable", "no_such_page"];

const record = (value: unknown): Record<string, unknown> => (typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {});
const number = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);
const base64 = /^[A-Za-z0-9+/]+={0,2}$/;

function seal_of(value: unknown): SealPlace {
  const said = record(value);
  return {
    signature: number(said["signature"]),
    x_mm: number(said["x_mm"]),
    y_mm: number(said["y_mm"]),
    width_mm: Math.max(0, number(said["width_mm"])),
    height_mm: Math.max(0, number(said["height_mm"])),
    drawn: said["drawn"] === true,
  };
}

/** The picture, or why there is none. */
export function page_picture_of(value: unknown): PagePicture | Exclude<Outcome, "drawn"> {
  const said = record(value);
  const png = said["png"];
  const picture = {
    pages: number(said["pages"]),
    page: number(said["page"]),
    width_mm: number(said["width_mm"]),
    height_mm: number(said["height_mm"]),
    not_shown: number(said["not_shown"]),
    other_fonts: said["other_fonts"] === true,
    seals: Array.isArray(said["seals"]) ? said["seals"].map(seal_of) : [],
  };
  if (said["outcome"] !== "drawn") {
    return (outcomes.find((each) => each === said["outcome"]) as Exclude<Outcome, "drawn"> | undefined) ?? "failed";
  }
  if (typeof png !== "string" || !base64.test(png) || picture.page < 1 || picture.page > picture.pages || picture.width_mm <= 0 || picture.height_mm <= 0) {
    return "failed";
  }
  return { ...picture, source: `data:image/png;base64,${png}` };
}
