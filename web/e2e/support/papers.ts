// Papers as a unit hands them in: printed, stamped in red, scanned.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";

/** The first page of a PDF at 300 dpi: JPEG. */
export function printed(pdf: Buffer): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "yinxin-print-"));
  writeFileSync(join(folder, "in.pdf"), pdf);
  execFileSync("pdftoppm", ["-r", "300", "-jpeg", "-singlefile", "-f", "1", "-l", "1", join(folder, "in.pdf"), join(folder, "out")]);
  const page = readFileSync(join(folder, "out.jpg"));
  rmSync(folder, { recursive: true });
  return page;
}

/** A red seal pressed on it: its middle in mm from the upper left corner. */
export async function stamped(page: Page, jpeg: Buffer, x_mm: number, y_mm: number, words: string, ink = 0.92): Promise<Buffer> {
  const drawn = await page.evaluate(
    async ([source, x, y, text, cover]) => {
      const bytes = Uint8Array.from(atob(source), (letter) => letter.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
      const canvas = document.createElement("canvas");
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
      const pen = canvas.getContext("2d");
      if (!pen) {
        throw new Error("no canvas");
      }
      pen.drawImage(bitmap, 0, 0);
      const mm = 300 / 25.4;
      pen.translate(x * mm, y * mm);
      pen.strokeStyle = pen.fillStyle = `rgba(205, 20, 30, ${cover})`;
      pen.lineWidth = 1.2 * mm;
      pen.beginPath();
      pen.arc(0, 0, 20 * mm, 0, 2 * Math.PI);
      pen.stroke();
      pen.font = `${4.4 * mm}px "Noto Sans CJK SC", sans-serif`;
      pen.textAlign = "center";
      [...text].forEach((letter, at) => {
        pen.save();
        pen.rotate(((at - (text.length - 1) / 2) * 17 * Math.PI) / 180);
        pen.fillText(letter, 0, -14 * mm);
        pen.restore();
      });
      pen.beginPath();
      for (let at = 0; at < 10; ++at) {
        const far = (at % 2 === 0 ? 6.5 : 2.6) * mm;
        pen.lineTo(far * Math.sin((at * Math.PI) / 5), -far * Math.cos((at * Math.PI) / 5));
      }
      pen.fill();
      return canvas.toDataURL("image/jpeg", 0.92).split(",")[1] ?? "";
    },
    [jpeg.toString("base64"), x_mm, y_mm, words.slice(0, 14), ink] as const,
  );
  return Buffer.from(drawn, "base64");
}

/** As a telephone sees a paper that lies askew: turned by so many degrees, on a grey table. */
export async function turned(page: Page, jpeg: Buffer, tilt_deg: number): Promise<Buffer> {
  const drawn = await page.evaluate(
    async ([source, tilt]) => {
      const bytes = Uint8Array.from(atob(source), (letter) => letter.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
      const canvas = document.createElement("canvas");
      const side = Math.hypot(bitmap.width, bitmap.height);
      canvas.width = canvas.height = side;
      const pen = canvas.getContext("2d");
      if (!pen) {
        throw new Error("no canvas");
      }
      pen.fillStyle = "#8a8f94";
      pen.fillRect(0, 0, side, side);
      pen.translate(side / 2, side / 2);
      pen.rotate((tilt * Math.PI) / 180);
      pen.drawImage(bitmap, -bitmap.width / 2, -bitmap.height / 2);
      return canvas.toDataURL("image/jpeg", 0.9).split(",")[1] ?? "";
    },
    [jpeg.toString("base64"), tilt_deg] as const,
  );
  return Buffer.from(drawn, "base64");
}
