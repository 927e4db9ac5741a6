// Money is integer fen; people read yuan.
export function yuan(fen: number): string {
  const sign = fen < 0 ? "-" : "";
  const whole = Math.trunc(Math.abs(fen) / 100);
  const part = String(Math.abs(fen) % 100).padStart(2, "0");
  return `${sign}¥${whole.toString().replace(/\B(?=(\d{3})+$)/g, ",")}.${part}`;
}
