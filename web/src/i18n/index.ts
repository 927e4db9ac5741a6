// One table of words per language. Chinese is the measure: a table that lacks one of its words does not compile.
import { createI18n } from "vue-i18n";
import { en } from "./en";
import { zh } from "./zh";

export type Words<T> = { readonly [K in keyof T]: T[K] extends string ? string : Words<T[K]> };
export type Locale = "zh-CN" | "en";

const kept = "yinxin.locale";

function first_locale(): Locale {
  try {
    const wished = window.localStorage.getItem(kept);
    if (wished === "zh-CN" || wished === "en") {
      return wished;
    }
  } catch {
    // A browser that keeps nothing.
  }
  return "zh-CN";
}

export const i18n = createI18n({
  legacy: false,
  locale: first_locale(),
  fallbackLocale: "zh-CN",
  messages: { "zh-CN": zh, en },
});

export function use_locale(locale: Locale): void {
  i18n.global.locale.value = locale;
  document.documentElement.lang = locale;
  try {
    window.localStorage.setItem(kept, locale);
  } catch {
    // It holds for this page.
  }
}
use_locale(first_locale());
