// Pictures drawn in the browser: cards that say on their face that they are samples, and a seal.
import type { Sample } from "./sample";

export type Side = "portrait" | "emblem";
export const card_size = { width: 1200, height: 757 };
export const card_years = { from: "20200101", to: "20400101" };
const font = '"Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif';

export function pen_of(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const pen = canvas.getContext("2d");
  if (!pen) {
    throw new Error("this browser draws nothing");
  }
  return pen;
}

function sample_marks(pen: CanvasRenderingContext2D, width: number, height: number): void {
  pen.save();
  pen.translate(width / 2, height / 2);
  pen.rotate(-0.42);
  pen.fillStyle = "rgba(190, 30, 40, 0.55)";
  pen.textAlign = "center";
  pen.font = `700 150px ${font}`;
  pen.fillText("样例 SAMPLE", 0, 20);
  pen.font = `700 46px ${font}`;
  pen.fillText("演示用 · 不是证件 / not an identity document", 0, 100);
  pen.restore();
}

/** One side of a card of nobody. It looks like none on purpose: plain fields, no arms, no face. */
export function draw_card(canvas: HTMLCanvasElement, side: Side, who: Sample): void {
  canvas.width = card_size.width;
  canvas.height = card_size.height;
  const pen = pen_of(canvas);
  pen.fillStyle = "#e4eef3";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  for (let at = 0; at < 60; ++at) {
    pen.strokeStyle = `hsl(${190 + (at % 5) * 12} 35% ${70 + (at % 3) * 6}%)`;
    pen.lineWidth = 3;
    pen.beginPath();
    pen.arc(600, 380, 30 + at * 16, 0, 2 * Math.PI);
    pen.stroke();
  }
  pen.fillStyle = "#1d2433";
  const line = (words: string, x: number, y: number, size: number): void => {
    pen.font = `${size}px ${font}`;
    pen.fillText(words, x, y);
  };
  if (side === "portrait") {
    line(`姓名　${who.name}`, 90, 170, 52);
    line("住址　深圳市福田区样例路1号", 90, 280, 44);
    line("公民身份号码", 90, 640, 40);
    line(who.resident_id, 380, 642, 58);
    pen.fillStyle = "#b9c6d2";
    pen.fillRect(840, 110, 270, 370);
    pen.fillStyle = "#8495a6";
    pen.beginPath();
    pen.arc(975, 240, 72, 0, 2 * Math.PI);
    pen.arc(975, 480, 128, Math.PI, 2 * Math.PI);
    pen.fill();
  } else {
    line("居民身份证样例", 380, 190, 76);
    line("签发机关　样例公安局", 240, 560, 46);
    line("有效期限　2020.01.01-2040.01.01", 240, 640, 46);
    line(`样例编号　${who.mobile}`, 240, 720, 34);
  }
  sample_marks(pen, canvas.width, canvas.height);
}

/** A round red seal with its middle at x, y. `mm` is the number of pixels of a millimetre. */
export function press_seal(pen: CanvasRenderingContext2D, x: number, y: number, mm: number, diameter_mm: number, words: string): void {
  const scale = (mm * diameter_mm) / 40;
  pen.save();
  pen.translate(x, y);
  pen.strokeStyle = pen.fillStyle = "rgba(205, 20, 30, 0.92)";
  pen.lineWidth = 1.2 * scale;
  pen.beginPath();
  pen.arc(0, 0, 20 * scale - pen.lineWidth / 2, 0, 2 * Math.PI);
  pen.stroke();
  const letters = [...words].slice(0, 30);
  const step = Math.min(17, 270 / Math.max(1, letters.length - 1));
  pen.font = `${Math.min(4.4, step * 0.27) * scale}px ${font}`;
  pen.textAlign = "center";
  letters.forEach((letter, at) => {
    pen.save();
    pen.rotate(((at - (letters.length - 1) / 2) * step * Math.PI) / 180);
    pen.fillText(letter, 0, -14 * scale);
    pen.restore();
  });
  pen.beginPath();
  for (let at = 0; at < 10; ++at) {
    const far = (at % 2 === 0 ? 6.5 : 2.6) * scale;
    pen.lineTo(far * Math.sin((at * Math.PI) / 5), -far * Math.cos((at * Math.PI) / 5));
  }
  pen.fill();
  pen.restore();
}

export async function jpeg_of(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((done, give_up) => canvas.toBlob((blob) => (blob ? done(blob) : give_up(new Error("no picture came of it"))), "image/jpeg", 0.92));
}

export function save_file(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The download has its own hold on the bytes once it has begun.
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
