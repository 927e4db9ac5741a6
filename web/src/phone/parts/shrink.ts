// A phone's photograph is larger than anybody needs: the long side is brought down before it goes. What cannot be read, or
// is small enough already, goes as it is, byte for byte.
const longest_px = 2400;
const small_bytes = 3 << 20;

export async function smaller(file: Blob): Promise<Blob> {
  if (file.size <= small_bytes) {
    return file;
  }
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, longest_px / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
    return made ?? file;
  } catch {
    return file;
  }
}
