// People and units that exist nowhere, with numbers whose check digits are right.
export interface Sample {
  name: string;
  resident_id: string;
  mobile: string;
  unit: string;
  credit_code: string;
  legal_name: string;
  legal_id: string;
  account: string;
}
/** A number below `bound`. */
export type Draw = (bound: number) => number;

const id_weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const organization_weights = [3, 7, 9, 10, 5, 8, 4, 2];
const credit_alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

function weighed(digits: string, weights: readonly number[]): number {
  return [...digits].reduce((sum, digit, at) => sum + Number(digit) * (weights[at] ?? 0), 0);
}
/** GB 11643: 17 digits with their check character. */
export function resident_id(before_check: string): string {
  return before_check + "10X98765432".charAt(weighed(before_check, id_weights) % 11);
}
/** GB 11714: 8 digits with their check character. */
export function organization_code(before_check: string): string {
  return before_check + "0123456789X".charAt((11 - (weighed(before_check, organization_weights) % 11)) % 11);
}
/** GB 32100: 17 characters with their check character. */
export function credit_code(before_check: string): string {
  const sum = [...before_check].reduce((total, letter, at) => total + credit_alphabet.indexOf(letter) * (3 ** at % 31), 0);
  return before_check + credit_alphabet.charAt((31 - (sum % 31)) % 31);
}

export function by_browser(bound: number): number {
  const drawn = new Uint32Array(1);
  crypto.getRandomValues(drawn);
  return (drawn[0] ?? 0) % bound;
}

const surnames = "赵钱孙李周吴郑王冯陈褚卫";
const given = "安宁和平乐思远文清嘉禾景明";

export function draw_sample(draw: Draw = by_browser): Sample {
  const digits = (count: number): string => Array.from({ length: count }, () => draw(10)).join("");
  const one_of = (letters: string): string => letters.charAt(draw(letters.length));
  const name = (): string => `${one_of(surnames)}样${one_of(given)}`;
  const born = (): string => `19${70 + draw(29)}${String(1 + draw(12)).padStart(2, "0")}${String(1 + draw(28)).padStart(2, "0")}`;
  return {
    name: name(),
    resident_id: resident_id(`440304${born()}${digits(3)}`),
    mobile: `139${digits(8)}`,
    unit: `深圳市样例${one_of(given)}${one_of(given)}${digits(3)}建设有限公司`,
    credit_code: credit_code(`91440300${organization_code(digits(8))}`),
    legal_name: name(),
    legal_id: resident_id(`440304${born()}${digits(3)}`),
    account: `4000${digits(12)}`,
  };
}

const kept = "yinxin.sample";
const no_one: Sample = { name: "", resident_id: "", mobile: "", unit: "", credit_code: "", legal_name: "", legal_id: "", account: "" };

/** Whom this browser drew last, so that each screen knows him. */
export function recall_sample(): Sample {
  try {
    const said: unknown = JSON.parse(window.localStorage.getItem(kept) ?? "{}");
    const known = (typeof said === "object" && said !== null ? said : {}) as Record<string, unknown>;
    const text = (name: keyof Sample): string => (typeof known[name] === "string" ? known[name] : "");
    return Object.fromEntries(Object.keys(no_one).map((name) => [name, text(name as keyof Sample)])) as unknown as Sample;
  } catch {
    return { ...no_one };
  }
}
export function keep_sample(sample: Sample): void {
  try {
    window.localStorage.setItem(kept, JSON.stringify(sample));
  } catch {
    // It holds for this page.
  }
}
