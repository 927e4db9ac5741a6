// 长辈版: larger type, one column. Remembered by the browser.
import { ref } from "vue";

const kept = "yinxin.elder";
const is_elder = ref(false);

function show(on: boolean): void {
  is_elder.value = on;
  document.documentElement.classList.toggle("elder", on);
}

export function recall_elder(): void {
  try {
    show(window.localStorage.getItem(kept) === "1");
  } catch {
    show(false);
  }
}

export function use_elder() {
  function toggle(): void {
    show(!is_elder.value);
    try {
      window.localStorage.setItem(kept, is_elder.value ? "1" : "0");
    } catch {
      // It holds for this page.
    }
  }
  return { is_elder, toggle };
}
