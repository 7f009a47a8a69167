import { expect, test } from "vitest";
import { firstHeading, renderMarkdown, withoutFirstHeading } from "../../../kernel-lib/src/report/render/markdown.js";
import { sanitizeHtml } from "../../../kernel-lib/src/report/render/sanitize.js";

const clean = (source: string): string => sanitizeHtml(source).toString();

test("sanitizeHtml() lets no script, handler, style, frame, form or foreign address through", () => {
  expect(clean('<p onclick="x()" style="position:fixed">a<script>alert(1)</script>b</p>')).toBe("<p>ab</p>");
  expect(clean('<a href="javascript:alert(1)">x</a><a href=" java\nscript:alert(1)">y</a>')).toBe("<a>x</a><a>y</a>");
  expect(clean('<img src="https://example.org/pixel.gif" alt="p"><img src=x onerror=alert(1)>')).toBe(
    "<em>[image: p]</em>",
  );
  expect(clean("<style>p{color:red}</style><iframe src='x'>in</iframe><form><input name=a>")).toBe("");
  expect(clean("<svg><script>alert(1)</script><p>deep</p></svg>after")).toBe("after");
  expect(clean("<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>")).toBe("");
  expect(clean('<img src="data:text/html,<script>alert(1)</script>">')).toBe("");
  expect(clean("<scr<script>ipt>alert(1)</script>")).not.toContain("<script");
  expect(clean("<p title='\"><script>alert(1)</script>'>t</p>")).toBe(
    '<p title="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;">t</p>',
  );
});

test("sanitizeHtml() keeps what a table or prose needs, and closes what was left open", () => {
  expect(clean('<table class="dataframe other"><tr><td style="text-align:right">1</td></tr></table>')).toBe(
    '<table class="dataframe"><tr><td class="number">1</td></tr></table>',
  );
  expect(clean("<b>bold <i>both")).toBe("<b>bold <i>both</i></b>");
  expect(clean('<a href="https://example.org/?a=1&b=2">x</a>')).toBe(
    '<a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer">x</a>',
  );
  expect(clean("a &lt; b &amp; c")).toBe("a &lt; b &amp; c");
});

test("renderMarkdown() renders prose, moves headings down and sanitises raw HTML in it", () => {
  const rendered = renderMarkdown("## Load\n\n*One* file, see [data](data/README.md).\n\n<b onclick=x>raw</b>\n", {
    headingShift: 1,
  });
  expect(rendered.toString().replace(/\n+/g, "")).toBe(
    "<h3>Load</h3><p><em>One</em> file, see <a>data</a>.</p><p><b>raw</b></p>",
  );
});

test("firstHeading() gives the plain title, and withoutFirstHeading() the rest", () => {
  expect(firstHeading("Intro\n\n# A `code` & *more*\n\ntext")).toBe("A code & more");
  expect(firstHeading("no heading")).toBe(null);
  expect(withoutFirstHeading("# Title\n\nBody")).toBe("Body");
  expect(withoutFirstHeading("Body\n\n# Title")).toBe("Body\n\n# Title");
});

test("sanitizeHtml() leaves out what is hidden, and nothing behind it", () => {
  expect(
    clean(
      '<table><tbody><tr><td>1</td></tr></tbody><tbody hidden><tr><td>2<br><img src="x"><script>3</script></td></tr></tbody></table><p>4</p>',
    ),
  ).toBe("<table><tbody><tr><td>1</td></tr></tbody></table><p>4</p>");
  expect(clean("<div hidden><p>1<p>2</div>3<br hidden>4")).toBe("34");
});
