const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const NICKNAMES: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
};

/** `every weekday at 06:00`, for the expressions that people mostly write; null for others, whose next moments say it. */
export function cronWords(expression: string): string | null {
  const trimmed = expression.trim().toLowerCase();
  const fields = (NICKNAMES[trimmed] ?? trimmed).split(/\s+/);
  const [minute, hour, day, month, weekday] = fields;
  if (fields.length !== 5 || !minute || !hour || !day || !month || !weekday) return null;
  const time = timeWords(minute, hour);
  const date = dateWords(day, month, weekday);
  if (time === null || date === null) return null;
  if (time.startsWith("every")) return date === "" ? time : `${time}, ${date}`;
  return `${date === "" ? "every day" : date} ${time}`;
}

function timeWords(minute: string, hour: string): string | null {
  const everyMinutes = step(minute, 60);
  const everyHours = step(hour, 24);
  const at = number(minute, 59);
  if (everyHours === 1 && everyMinutes !== null)
    return everyMinutes === 1 ? "every minute" : `every ${everyMinutes} minutes`;
  if (at === null) return null;
  if (everyHours !== null) {
    const hours = everyHours === 1 ? "every hour" : `every ${everyHours} hours`;
    return at === 0 ? hours : `${hours}, at minute ${at}`;
  }
  const hours = hour.split(",").map((part) => number(part, 23));
  if (hours.includes(null) || hours.length > 4) return null;
  return `at ${list(hours.map((each) => `${two(each ?? 0)}:${two(at)}`))}`;
}

function dateWords(day: string, month: string, weekday: string): string | null {
  if (day === "*" && month === "*") {
    if (weekday === "*" || weekday === "?") return "";
    if (weekday === "1-5" || weekday === "mon-fri") return "every weekday";
    if (["0,6", "6,0", "6-7", "6,7", "sat,sun", "sun,sat", "sat-sun"].includes(weekday)) return "Saturdays and Sundays";
    const days = weekday.split(",").map(dayOf);
    return days.includes(null) ? null : `every ${list(days.map((each) => DAYS[each ?? 0] ?? ""))}`;
  }
  if (weekday !== "*" && weekday !== "?") return null;
  const date = number(day, 31);
  if (date === null || date === 0) return null;
  if (month === "*") return `on day ${date} of every month`;
  const named = number(month, 12);
  return named === null || named === 0 ? null : `every ${date} ${MONTHS[named - 1]}`;
}

/** 1 for `*`, 5 for a `*` with `/5`; null where the steps are not even, as the last is then shorter. */
function step(field: string, whole: number): number | null {
  if (field === "*") return 1;
  const every = number(/^\*\/(\d+)$/.exec(field)?.[1] ?? "", whole);
  return every !== null && every > 0 && whole % every === 0 ? every : null;
}

function dayOf(field: string): number | null {
  const named = DAYS.findIndex((name) => name.slice(0, 3).toLowerCase() === field);
  if (named !== -1) return named;
  const day = number(field, 7);
  return day === null ? null : day % 7;
}

function number(field: string, most: number): number | null {
  if (!/^\d{1,2}$/.test(field)) return null;
  const value = Number(field);
  return value <= most ? value : null;
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
