import { describe, expect, it } from "vitest";
import { advice_of } from "./bank_reason";

describe("what the bank says of an account", () => {
  it.each([
    ["账号户名不符", "name"],
    ["收款人名称与账号不一致", "name"],
    ["账号不存在", "number"],
    ["该账户已销户", "closed"],
    ["开户行有误", "bank"],
    ["银行未受理", "other"],
    ["", "other"],
  ])("%s", (reason, advice) => expect(advice_of(reason)).toBe(advice));
});
