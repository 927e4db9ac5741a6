// Orders of two providers, in one form: what a payer sees, and what he can do.
export type OrderState = "unscanned" | "open" | "paid" | "refunded" | "closed";

export interface WechatOrder {
  readonly number: string;
  readonly description: string;
  readonly price_fen: number;
  readonly state: string;
  readonly expires_at: string;
  readonly paid_fen: number;
}
export interface AlipayOrder {
  readonly number: string;
  readonly subject: string;
  readonly price_fen: number;
  readonly status: string;
  readonly expires_at: string;
  readonly paid_fen: number;
}
export interface PayerOrder {
  readonly provider: "wechat_pay" | "alipay";
  readonly number: string;
  readonly what_for: string;
  readonly price_fen: number;
  readonly paid_fen: number;
  readonly state: OrderState;
  readonly expires_at: string;
}

function wechat_state(order: WechatOrder): OrderState {
  return ({ NOTPAY: "open", SUCCESS: "paid", REFUND: "refunded" } as const)[order.state] ?? "closed";
}

function alipay_state(order: AlipayOrder, now_ms: number): OrderState {
  switch (order.status) {
    case "":
      return now_ms < Date.parse(order.expires_at) ? "unscanned" : "closed";
    case "WAIT_BUYER_PAY":
      return "open";
    case "TRADE_SUCCESS":
      return "paid";
    default:
      return order.paid_fen > 0 ? "refunded" : "closed";
  }
}

const can_be_paid = (order: PayerOrder): boolean => order.state === "open" || order.state === "unscanned";

/** Those that wait for money first, then the newest. */
export function payer_orders(wechat: readonly WechatOrder[], alipay: readonly AlipayOrder[], now_ms: number): PayerOrder[] {
  const all: PayerOrder[] = [
    ...wechat.map((each) => ({ ...each, provider: "wechat_pay" as const, what_for: each.description, state: wechat_state(each) })),
    ...alipay.map((each) => ({ ...each, provider: "alipay" as const, what_for: each.subject, state: alipay_state(each, now_ms) })),
  ];
  return all.sort((one, other) => Number(can_be_paid(other)) - Number(can_be_paid(one)) || Date.parse(other.expires_at) - Date.parse(one.expires_at));
}

/** "12.30" as 1230; undefined for what is no sum of money above nothing. */
export function fen_of(yuan: string): number | undefined {
  const parts = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(yuan.trim());
  const fen = parts ? Number(parts[1]) * 100 + Number((parts[2] ?? "").padEnd(2, "0")) : 0;
  return fen > 0 ? fen : undefined;
}
