// Somebody who exists nowhere: a unit and its requester with numbers whose check digits are right.
import { randomInt } from "node:crypto";

const digits = (count: number): string => Array.from({ length: count }, () => randomInt(10)).join("");

export function resident_id(before_check: string): string {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = [...before_check].reduce((total, digit, at) => total + Number(digit) * (weights[at] ?? 0), 0);
  return before_check + "10X98765432"[sum % 11];
}
function organization_code(): string {
  const body = digits(8);
  const weights = [3, 7, 9, 10, 5, 8, 4, 2];
  const rest = 11 - ([...body].reduce((total, digit, at) => total + Number(digit) * (weights[at] ?? 0), 0) % 11);
  return body + (rest === 10 ? "X" : rest === 11 ? "0" : String(rest));
}
export function credit_code(): string {
  const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  const body = `91440300${organization_code()}`;
  const sum = [...body].reduce((total, letter, at) => total + alphabet.indexOf(letter) * (3 ** at % 31), 0);
  return body + alphabet[(31 - (sum % 31)) % 31];
}
export interface Applicant {
  readonly mobile: string;
  readonly unit: string;
  readonly code: string;
  readonly legal: { readonly name: string; readonly id_number: string };
  readonly requester: { readonly name: string; readonly id_number: string };
  readonly account: string;
}
export function draw_applicant(): Applicant {
  const mobile = `139${digits(8)}`;
  return {
    mobile,
    unit: `深圳市样例${digits(6)}建设有限公司`,
    code: credit_code(),
    legal: { name: "李样例", id_number: resident_id(`44030419700101${digits(3)}`) },
    requester: { name: "张小样", id_number: resident_id(`44030419900307${digits(3)}`) },
    account: `4000${digits(12)}`,
  };
}
