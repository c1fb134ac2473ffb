// The JavaScript engines on fees.dmn. A line for each: name, decisions a second, sum of the fees of the first thousand cases.
// usage: node engines.mjs fees.dmn [seconds for each]
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { unaryTest } from 'feelin';
import { Engine } from 'json-rules-engine';

const xml = readFileSync(process.argv[2], 'utf8');
const seconds = Number(process.argv[3] ?? 3);
const kinds = ['birth', 'marriage', 'death', 'residence', 'nationality', 'building', 'works', 'transport', 'market', 'festival'];
const inputs = Array.from({ length: 1000 }, (_, i) => ({
  age: (i * 37) % 90, income: ((i * 7919) % 20000) + 0.25, kind: kinds[(i * 13) % 10], resident: i % 3 !== 0,
}));
const names = ['age', 'income', 'kind', 'resident'];

const plain = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
const rules = [...xml.matchAll(/<rule [^>]*>(.*?)<\/rule>/gs)].map(([, rule]) => {
  const texts = [...rule.matchAll(/<text>(.*?)<\/text>/gs)].map(([, text]) => plain(text));
  return { cells: texts.slice(0, names.length), fee: Number(texts[names.length]) };
});

const report = (name, rate, sum) => console.log(`${name}\t${Math.round(rate)}\t${sum}`);

function measure(name, decide) {
  const sum = inputs.reduce((total, input) => total + decide(input), 0);
  let count = 0;
  const begin = process.hrtime.bigint();
  const end = begin + BigInt(seconds * 1e9);
  while (process.hrtime.bigint() < end) {
    for (let i = 0; i < 20; ++i) decide(inputs[count++ % inputs.length]);
  }
  report(name, count / (Number(process.hrtime.bigint() - begin) / 1e9), sum);
}

async function measureLater(name, decide) {
  let sum = 0;
  for (const input of inputs) sum += await decide(input);
  let count = 0;
  const begin = process.hrtime.bigint();
  const end = begin + BigInt(seconds * 1e9);
  while (process.hrtime.bigint() < end) {
    for (let i = 0; i < 20; ++i) await decide(inputs[count++ % inputs.length]);
  }
  report(name, count / (Number(process.hrtime.bigint() - begin) / 1e9), sum);
}

// feelin has no tables: its unary tests, row by row, until one fits.
const verdict = (result) => (typeof result === 'object' && result !== null && 'value' in result ? result.value : result);
measure('feelin', (input) => rules.find(({ cells }) =>
  cells.every((cell, i) => cell === '-' || verdict(unaryTest(cell, { '?': input[names[i]], ...input })) === true)).fee);

const { decisionTable } = createRequire(import.meta.url)('@hbtgmbh/dmn-eval-js');
const decisions = await decisionTable.parseDmnXml(xml);
measure('dmn-eval-js', (input) => decisionTable.evaluateDecision('fee', decisions, input).fee);

// What an author of json-rules-engine would write for the same table.
function condition(fact, cell) {
  if (cell === '-') return [];
  const range = cell.match(/^\[(.*)\.\.(.*)\)$/);
  if (range) {
    return [{ fact, operator: 'greaterThanInclusive', value: Number(range[1]) }, { fact, operator: 'lessThan', value: Number(range[2]) }];
  }
  if (cell.startsWith('<')) return [{ fact, operator: 'lessThan', value: Number(cell.slice(1)) }];
  if (cell.startsWith('>=')) return [{ fact, operator: 'greaterThanInclusive', value: Number(cell.slice(2)) }];
  if (cell.startsWith('"')) return [{ fact, operator: 'in', value: JSON.parse(`[${cell}]`) }];
  return [{ fact, operator: 'equal', value: cell === 'true' }];
}
const engine = new Engine(rules.map(({ cells, fee }) => ({
  conditions: { all: cells.flatMap((cell, i) => condition(names[i], cell)) }, event: { type: 'fee', params: { fee } },
})));
await measureLater('json-rules-engine', async (input) => (await engine.run(input)).events[0].params.fee);

// The table as a programmer writes it.
function byHand({ age, income, kind, resident }) {
  const fees = ['birth', 'marriage', 'death'].includes(kind) ? [0, 10, 20, 30, 5]
    : ['residence', 'nationality'].includes(kind) ? [2, 20, 40, 60, 10]
    : ['building', 'works'].includes(kind) ? [0, 150, 300, 600, 100]
    : ['transport', 'market', 'festival'].includes(kind) ? [0, 50, 100, 200, 25] : null;
  if (fees === null) return null;
  if (age < 18) return fees[0];
  if (age >= 60) return fees[4];
  if (!resident) return fees[3];
  return income < 3000.50 ? fees[1] : fees[2];
}
measure('JavaScript by hand', byHand);
const texts = inputs.map((input) => JSON.stringify(input));
let at = 0;
let written = 0;
measure('JavaScript by hand, JSON to JSON', () => {
  const fee = byHand(JSON.parse(texts[at++ % texts.length]));
  written += JSON.stringify({ fee }).length;
  return fee;
});
if (written === 0) throw new Error('nothing was written');
