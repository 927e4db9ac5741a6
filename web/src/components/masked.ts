// What is shown of an answer while nobody asked for all of it.
function keep(value: string, head: number, tail: number): string {
  return value.length <= head + tail ? value : value.slice(0, head) + "*".repeat(value.length - head - tail) + value.slice(value.length - tail);
}

export function masked(field: string, value: string): string {
  if (field.endsWith("_id_number")) {
    return keep(value, 3, 4);
  }
  if (field === "account_number") {
    return keep(value, 0, 4);
  }
  if (field.endsWith("_mobile") || field === "mailing_phone") {
    return keep(value, 3, 4);
  }
  if (field.endsWith("_mail")) {
    const at = value.indexOf("@");
    return at > 0 ? keep(value.slice(0, at), 1, 0) + value.slice(at) : value;
  }
  return value;
}
