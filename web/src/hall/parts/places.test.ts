import { areaList } from "@vant/area-data";
import { describe, expect, it } from "vitest";
import { places_under, region_of_credit_code } from "./places";

describe("places", () => {
  it("are listed below the one that was chosen, and below nothing when none was", () => {
    const province = places_under(areaList, 0, "").find((each) => each.name === "广东省");
    const city = places_under(areaList, 1, province?.code ?? "").find((each) => each.name === "深圳市");
    expect(places_under(areaList, 2, city?.code ?? "").map((each) => each.name)).toContain("福田区");
    expect(places_under(areaList, 1, "none")).toEqual([]);
  });
  it("are proposed from a credit code, and not from nonsense", () => {
    expect(region_of_credit_code(areaList, "91440300000000000X")).toBe("广东省/深圳市");
    expect(region_of_credit_code(areaList, "91999900000000000X")).toBe("");
  });
});
