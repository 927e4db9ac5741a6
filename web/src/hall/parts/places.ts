// Divisions by their six digits: two for the province, two for the city, two for the county.
export interface Places {
  readonly province_list: Readonly<Record<string, string>>;
  readonly city_list: Readonly<Record<string, string>>;
  readonly county_list: Readonly<Record<string, string>>;
}
export interface Division {
  readonly code: string;
  readonly name: string;
}

/** Those of `level` (0 province, 1 city, 2 county) below the division `above`; none below one that is not known. */
export function places_under(places: Places, level: number, above: string): Division[] {
  const list = [places.province_list, places.city_list, places.county_list][level] ?? {};
  const digits = above.slice(0, level * 2);
  if (level > 0 && !/^\d+$/.test(digits)) {
    return [];
  }
  return Object.entries(list)
    .filter(([code]) => code.startsWith(digits))
    .map(([code, name]) => ({ code, name }));
}

/** What a credit code says about its place: its digits 3 to 8. */
export function region_of_credit_code(places: Places, code: string): string {
  const division = code.slice(2, 8);
  const province = places.province_list[`${division.slice(0, 2)}0000`];
  const city = places.city_list[`${division.slice(0, 4)}00`];
  return province && city ? `${province}/${city}` : "";
}
