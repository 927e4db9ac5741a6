// What to do about the bank's words: they are its own, so only their meaning is looked for.
export type Advice = "name" | "number" | "closed" | "bank" | "other";

const signs: readonly (readonly [RegExp, Advice])[] = [
  [/销户|已注销|closed/i, "closed"],
  [/户名|名称/, "name"],
  [/账号|帐号|账户不存在|卡号/, "number"],
  [/开户行|行号|联行/, "bank"],
];

export function advice_of(reason: string): Advice {
  return signs.find(([sign]) => sign.test(reason))?.[1] ?? "other";
}
