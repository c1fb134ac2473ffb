// What the browser tests share: a server of their own on a free port with a fresh demonstration, a Chromium,
// accessibility by axe, and the result lines that ./test counts.
import { spawn, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, readFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRequire } from 'node:module';
import { createHmac } from 'node:crypto';

const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, '../..');
const require = createRequire(join(root, 'tests/package.json'));
const { chromium } = require('playwright-core');
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const binary = process.env.WASL || join(root, 'build/bin/wasl');
let failures = 0;

// A folder for screenshots; none by default.
export const pictures = process.env.WASL_SCREENS;
if (pictures) mkdirSync(pictures, { recursive: true });

export function ok(name) { console.log(`ok ${name}`); }
export function notOk(name, why) { failures += 1; console.log(`not ok ${name}: ${String(why).replaceAll('\n', ' ').slice(0, 600)}`); }
export async function step(name, run) {
  try { await run(); ok(name); } catch (problem) { notOk(name, problem.message || problem); }
}
export function expect(truth, words) { if (!truth) throw new Error(words); }

// A demonstration on a free port; stop() ends it and removes its folder.
export async function startDemo(country = '--demo') {
  const folder = mkdtempSync(join(tmpdir(), 'wasl-browser-'));
  const server = spawn(binary, ['serve', country, '--data', join(folder, 'data'), '--port', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const address = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the server did not start: ${log}`)), 120_000);
    const listen = (chunk) => {
      log += chunk;
      const found = /serves (http:\/\/localhost:\d+)/.exec(log);
      if (found) { clearTimeout(timer); resolve(found[1]); }
    };
    server.stdout.on('data', listen);
    server.stderr.on('data', (chunk) => { log += chunk; });
    server.on('exit', (code) => { clearTimeout(timer); reject(new Error(`the server ended with ${code}: ${log}`)); });
  });
  return {
    address, data: join(folder, 'data'),
    stop() { return new Promise((done) => { server.on('exit', () => { rmSync(folder, { recursive: true, force: true }); done(); }); server.kill('SIGTERM'); }); },
  };
}

export async function startBrowser() {
  const path = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync);
  if (!path) return null;
  return chromium.launch({ executablePath: path, headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
           '--disable-component-update', '--disable-sync'] });
}

// Zero violations of WCAG 2.2 A and AA, and of axe's best practices for landmarks.
export async function accessible(page, name) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const result = await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
    return result.violations.map((v) => `${v.id} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 160)}`);
  });
  expect(found.length === 0, `${name}: ${found.join(' | ')}`);
}

// Nothing may stick out sideways: 320 px is a phone, or 200 % zoom on a small screen. A table that stands as blocks there must not scroll either.
export async function fitsWidth(page, name) {
  const sideways = await page.evaluate(() => (window.innerWidth > 640 ? [] : [...document.querySelectorAll('.wasl-scroll:has(.wasl-stack)')]
    .filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => `${each.getAttribute('aria-label')}: ${each.scrollWidth} of ${each.clientWidth} px`)));
  expect(sideways.length === 0, `${name}: tables scroll sideways: ${sideways.join(' | ')}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide <= 1, `${name}: ${wide} px too wide`);
}

// Boxes whose text runs out of them and is hidden: cut words. Hidden-for-the-eye helpers are meant to be cut.
async function nothingCut(page, name) {
  const cut = await page.evaluate(() => [...document.querySelectorAll('body *')].filter((each) => {
    const style = getComputedStyle(each);
    const box = each.getBoundingClientRect();
    if (box.width <= 2 || box.height <= 2 || each.closest('.govuk-visually-hidden, svg')) return false;
    if (style.overflowX === 'visible' && style.overflowY === 'visible') return false;
    if (['INPUT', 'TEXTAREA', 'SELECT', 'OPTION'].includes(each.tagName)) return false;
    const hides = (value) => value === 'hidden' || value === 'clip';
    return (hides(style.overflowX) && each.scrollWidth > each.clientWidth + 1) ||
           (hides(style.overflowY) && each.scrollHeight > each.clientHeight + 1);
  }).map((each) => `${each.tagName.toLowerCase()}.${each.className}: ${each.textContent.trim().slice(0, 40)}`));
  expect(cut.length === 0, `${name}: cut: ${cut.slice(0, 3).join(' | ')}`);
}

// WCAG 1.4.4 and 1.4.10: the page at 200 % (half as many pixels), then only its text at 200 %.
export async function zoomed(page, name) {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 640, height: 450 });
  await fitsWidth(page, `${name} at 200 %`);
  await nothingCut(page, `${name} at 200 %`);
  await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
  await fitsWidth(page, `${name} with text at 200 %`);
  await nothingCut(page, `${name} with text at 200 %`);
  await page.evaluate(() => { document.documentElement.style.fontSize = ''; });
  await page.setViewportSize(before);
}

// RFC 6238 for the demonstration's agents.
export function totp(secretBase32, now = Date.now()) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = '';
  for (const letter of secretBase32) bits += alphabet.indexOf(letter).toString(2).padStart(5, '0');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

// Presses the button of the form that goes to this part of an address.
export async function send(page, part) {
  await Promise.all([page.waitForNavigation(), page.locator(`main form[action*="${part}"] button`).first().click()]);
}

// The newest one-time code that the demonstration's outbox shows for this phone or mail address.
export async function codeFor(demo, contact) {
  const outbox = (await (await fetch(`${demo.address}/fr/outbox`)).text()).replaceAll(/[\u2066-\u2069]/g, '');
  for (const row of outbox.split('<tr').filter((each) => each.includes(contact))) {
    const found = /\b(\d{6})\b/.exec(row.replaceAll(contact, ''));
    if (found) return found[1];
  }
  throw new Error(`no code for ${contact} in the outbox`);
}

// A person on this page, signed in with the code of the outbox.
export async function signIn(page, demo, contact, language = 'fr') {
  await page.goto(`${demo.address}/${language}/sign-in`);
  await page.fill('input[name=contact]', contact);
  await send(page, '/sign-in');
  await page.fill('input[name=code]', await codeFor(demo, contact));
  await send(page, '/sign-in/code');
  expect(!page.url().includes('sign-in'), `${contact} still at ${page.url()}`);
}

// Somebody of a member's staff on this page, signed in at the desk.
export async function signInAtDesk(page, demo, member, login, language = 'fr') {
  const agent = demoAgents(demo.data).find((one) => one.login === login && one.member === member);
  await page.goto(`${demo.address}/${language}/desk/sign-in`);
  await page.selectOption('select[name=member]', member);
  await page.fill('input[name=login]', agent.login);
  await page.fill('input[name=password]', agent.password);
  await page.fill('input[name=code]', totp(agent.totp));
  await send(page, '/desk/sign-in');
  expect(!page.url().includes('sign-in'), `${login} still at ${page.url()}`);
}

export function demoAgents(data) { return JSON.parse(readFileSync(join(data, 'demonstration.json'), 'utf8')).agents; }
export function wasl(...args) { return execFileSync(binary, args, { encoding: 'utf8' }); }
export function finish() { process.exit(failures > 0 ? 1 : 0); }
