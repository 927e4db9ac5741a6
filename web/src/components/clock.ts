// Times come in UTC and are read where the office is: UTC+8, whatever the machine thinks.
import { onUnmounted, ref, type Ref } from "vue";

const minute = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  hour12: false,
});

const day = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", dateStyle: "short" });

/** "2026-12-07" */
export function beijing_day(at: string): string {
  const moment = new Date(at);
  return Number.isNaN(moment.getTime()) ? at : day.format(moment);
}

export function beijing_time(at: string): string {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) {
    return at;
  }
  const part = Object.fromEntries(minute.formatToParts(moment).map((each) => [each.type, each.value]));
  return `${part["year"]}-${part["month"]}-${part["day"]} ${part["hour"]}:${part["minute"]}`;
}

/** "4:05" */
export function minutes_and_seconds(left_s: number): string {
  const whole = Math.max(0, Math.floor(left_s));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Now, in milliseconds, once a second while the component lives. */
export function use_now(): Ref<number> {
  const now = ref(Date.now());
  const timer = window.setInterval(() => (now.value = Date.now()), 1000);
  onUnmounted(() => window.clearInterval(timer));
  return now;
}
