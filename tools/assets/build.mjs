// Builds web/built from web/styles, web/scripts and web/icons. Run it through ./build; ./check compares.
import { copyFileSync, cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import postcss from "postcss";
import rtlcss from "rtlcss";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const web = resolve(here, "../../web");
const out = resolve(process.argv[2] ?? join(web, "built"));

// The typeface of GOV.UK is not ours to use: neither its name nor its files may reach a page.
const withoutForeignTypeface = {
  postcssPlugin: "without-foreign-typeface",
  AtRule: {
    "font-face": (rule) => {
      if (rule.toString().includes("GDS Transport")) rule.remove();
    },
  },
  Declaration: (declaration) => {
    if (declaration.value.includes("GDS Transport")) {
      declaration.value = declaration.value.replace(/"GDS Transport"\s*,\s*/g, "");
    }
  },
};

// Arabic is set with 1.7 where Latin is set with 1.5.
const arabicLeading = {
  postcssPlugin: "arabic-leading",
  Declaration: {
    "line-height": (declaration) => {
      const value = Number(declaration.value);
      if (declaration.leading || !Number.isFinite(value) || value < 1.15) return;
      declaration.leading = true;
      declaration.value = String(Math.round(value * (1.7 / 1.5) * 1000) / 1000);
    },
    "letter-spacing": (declaration) => declaration.remove(),
  },
};

const notice = "/* govuk-frontend (MIT, Crown copyright, Government Digital Service), theme and additions: Wasl (Apache-2.0) */\n";
const tidy = (css) => notice + css.replace(/\n+/g, "").trim() + "\n";

function styles(name) {
  const compiled = sass.compile(join(web, "styles", `${name}.scss`), {
    style: "compressed",
    loadPaths: [join(here, "node_modules/govuk-frontend/dist")],
    quietDeps: true,
    charset: false,
  });
  const ltr = postcss([withoutForeignTypeface]).process(compiled.css, { from: undefined }).css;
  const rtl = postcss([rtlcss(), arabicLeading]).process(ltr, { from: undefined }).css;
  if (/GDS Transport|@import|url\(["']?(https?:)?\/\//.test(ltr)) throw new Error(`${name}: a foreign font or address is left`);
  writeFileSync(join(out, `${name}.css`), tidy(ltr));
  writeFileSync(join(out, `${name}.rtl.css`), tidy(rtl));
}

// Comments and indentation are for readers of the source, not for the wire.
function script(name) {
  const text = readFileSync(join(web, "scripts", name), "utf8");
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("//"));
  writeFileSync(join(out, name), lines.join("\n") + "\n");
}

// The viewer of decision models, as bpmn.io publishes it, with its styles in one file and its licence beside it. Its
// watermark is part of the licence and stays.
function drawings() {
  const from = join(here, "node_modules/dmn-js");
  const to = join(out, "dmn-js");
  mkdirSync(to, { recursive: true });
  copyFileSync(join(from, "LICENSE"), join(to, "LICENSE.txt"));
  copyFileSync(join(from, "dist/dmn-viewer.production.min.js"), join(to, "viewer.js"));
  copyFileSync(join(from, "dist/assets/dmn-font/font/dmn.woff2"), join(to, "dmn.woff2"));
  const names = ["diagram-js", "dmn-js-shared", "dmn-js-drd", "dmn-js-decision-table", "dmn-js-literal-expression", "dmn-js-boxed-expression"];
  const sheets = names.map((name) => readFileSync(join(from, "dist/assets", `${name}.css`), "utf8"));
  const font = readFileSync(join(from, "dist/assets/dmn-font/css/dmn.css"), "utf8")
    .replace(/@font-face\s*{[^}]*}/, '@font-face { font-family: "dmn"; src: url("dmn.woff2") format("woff2"); }');
  // The watermark's own style attributes are kept out by our content security policy: it stays visible by these.
  const mark = `.dmn-definitions { display: none; }
.bjs-powered-by { position: absolute; bottom: 15px; right: 15px; z-index: 100; }
.bjs-powered-by-lightbox, .bjs-powered-by-lightbox .backdrop { position: fixed; inset: 0; z-index: 1001; }
.bjs-powered-by-lightbox .backdrop { background: rgba(40, 40, 40, 0.2); }
.bjs-powered-by-lightbox .notice { position: absolute; left: 50%; top: 40%; transform: translate(-50%); width: 260px; padding: 10px; background: white; z-index: 1002; }
`;
  const css = [...sheets, font, mark].join("\n");
  if (/@import|url\(["']?(https?:)?\/\//.test(css)) throw new Error("dmn-js: a foreign address is left");
  writeFileSync(join(to, "viewer.css"), "/* dmn-js (bpmn.io licence, see LICENSE.txt) */\n" + css);
}

mkdirSync(join(out, "fonts"), { recursive: true });
drawings();
for (const file of readdirSync(join(web, "styles"))) {
  if (file.endsWith(".scss") && !file.startsWith("_")) styles(file.replace(".scss", ""));
}
for (const file of readdirSync(join(web, "scripts"))) script(file);
for (const file of readdirSync(join(web, "icons"))) copyFileSync(join(web, "icons", file), join(out, file));
cpSync(join(web, "fonts"), join(out, "fonts"), { recursive: true, filter: (from) => !from.endsWith(".txt") && !from.endsWith(".md") });
