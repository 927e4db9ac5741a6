// What a page does with a picture before it goes: turning it, and making a photograph small enough.
export const max_upload_bytes = 10 << 20;

/** Turned by `quarters` of a circle, clockwise; null when the browser cannot read it. */
export async function turned(file: Blob, quarters: number): Promise<Blob | null> {
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const is_lying = quarters % 2 === 1;
    const canvas = document.createElement("canvas");
    canvas.width = is_lying ? bitmap.height : bitmap.width;
    canvas.height = is_lying ? bitmap.width : bitmap.height;
    const context = canvas.getContext("2d");
    if (!context) {
      return null;
    }
    context.translate(canvas.width / 2, canvas.height / 2);
    context.rotate((quarters * Math.PI) / 2);
    context.drawImage(bitmap, -bitmap.width / 2, -bitmap.height / 2);
    bitmap.close();
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
  } catch {
    return null;
  }
}
