import { describe, expect, it } from "vitest";
import { type AlipayOrder, fen_of, payer_orders, type WechatOrder } from "./orders";
import { inbox, numbers } from "./messages";
import type { Message } from "./providers";

const now_ms = Date.parse("2026-11-22T08:00:00Z");
const wechat = (number: string, state: string, expires_at = "2026-11-22T08:30:00Z"): WechatOrder => ({ number, description: "数字证书", price_fen: 20000, state, expires_at, paid_fen: state === "NOTPAY" ? 0 : 20000 });
const alipay = (number: string, status: string, paid_fen = 0, expires_at = "2026-11-22T08:30:00Z"): AlipayOrder => ({ number, subject: "数字证书", price_fen: 20000, status, expires_at, paid_fen });

describe("a payer's orders", () => {
  it("say in one word how each provider's stand", () => {
    const states = payer_orders(
      [wechat("w1", "NOTPAY"), wechat("w2", "SUCCESS"), wechat("w3", "REFUND"), wechat("w4", "CLOSED")],
      [alipay("a1", ""), alipay("a2", "WAIT_BUYER_PAY"), alipay("a3", "TRADE_SUCCESS", 20000), alipay("a4", "TRADE_CLOSED", 20000), alipay("a5", "TRADE_CLOSED"), alipay("a6", "", 0, "2026-11-22T07:59:59Z")],
      now_ms,
    );
    expect(Object.fromEntries(states.map((each) => [each.number, each.state]))).toEqual({
      w1: "open", w2: "paid", w3: "refunded", w4: "closed", a1: "unscanned", a2: "open", a3: "paid", a4: "refunded", a5: "closed", a6: "closed",
    });
  });
  it("begin with what can be paid, the newest of them first", () => {
    const all = payer_orders([wechat("old", "NOTPAY", "2026-11-22T08:10:00Z"), wechat("paid", "SUCCESS", "2026-11-22T09:00:00Z")], [alipay("new", "", 0, "2026-11-22T08:20:00Z")], now_ms);
    expect(all.map((each) => each.number)).toEqual(["new", "old", "paid"]);
    expect(all[0]).toMatchObject({ provider: "alipay", what_for: "数字证书" });
  });
});

describe("a sum in yuan", () => {
  it("is whole fen above nothing, or none", () => {
    expect([fen_of("200"), fen_of(" 0.01 "), fen_of("12.3"), fen_of("12.30")]).toEqual([20000, 1, 1230, 1230]);
    for (const wrong of ["", "0", "0.00", "-1", "1.234", "1e3", "二百", ".5", "1,000"]) {
      expect(fen_of(wrong), wrong).toBeUndefined();
    }
  });
});

describe("an inbox", () => {
  const message = (biz_id: string, mobile: string): Message => ({ biz_id, mobile, text: "", sent_at: "", parameters: {} });
  const all = [message("1", "13900000001"), message("2", "13900000002"), message("3", "13900000001")];
  it("shows the newest first, of one number or of all", () => {
    expect(inbox(all, "").map((each) => each.biz_id)).toEqual(["3", "2", "1"]);
    expect(inbox(all, " 13900000001").map((each) => each.biz_id)).toEqual(["3", "1"]);
    expect(inbox(all, "13800")).toEqual([]);
  });
  it("knows each number once, the last one first", () => {
    expect(numbers(all)).toEqual(["13900000001", "13900000002"]);
  });
});
