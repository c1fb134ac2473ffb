// Every page, in Arabic and French by axe (no violation of WCAG 2.2 A and AA) and at 320 px, in all four languages
// without JavaScript; screenshots for the README.
import { accessible, expect, finish, fitsWidth, notOk, ok, pictures, signIn, signInAtDesk, startBrowser, startDemo, step, zoomed } from './_lib.mjs';
import { join } from 'node:path';

const browser = await startBrowser();
if (!browser) { console.log('skip pages: Chromium is not installed'); process.exit(0); }
const demo = await startDemo();
// Text at 200 % must be seen to grow, else the check of the zoom checks nothing.
await step('text follows the size that the reader has set', async () => {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${demo.address}/fr`);
  const size = () => page.evaluate(() => parseFloat(getComputedStyle(document.querySelector('h1')).fontSize));
  const before = await size();
  await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
  expect(await size() > 1.9 * before, `${before} px, then ${await size()} px`);
  await page.context().close();
});
const languages = ['ar', 'fr', 'en', 'zgh'];

async function open(page, path) {
  const response = await page.goto(demo.address + path, { waitUntil: 'load' });
  const wanted = path.includes('/no-such-page') ? 404 : 200;
  expect(response.status() === wanted, `${path}: ${response.status()}`);
}

async function firstLink(page, path, pattern) {
  await open(page, path);
  const links = await page.locator('main a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
  return links.find((href) => href && pattern.test(href));
}

// One visitor: the pages they can reach, looked at with axe and at the width of a small phone.
async function look(context, who, language, paths) {
  const page = await context.newPage();
  for (const path of paths) {
    await step(`${who} ${language} ${path}`, async () => {
      await page.setViewportSize({ width: 1200, height: 900 });
      await open(page, path);
      const html = page.locator('html');
      expect(await html.getAttribute('lang') === language, 'lang');
      expect(await html.getAttribute('dir') === (language === 'ar' ? 'rtl' : 'ltr'), 'dir');
      await accessible(page, path);
      if (!who.startsWith('staff')) {
        await page.setViewportSize({ width: 320, height: 700 });
        await fitsWidth(page, path);
        await zoomed(page, path);
      } else {
        // A phone at the desk: rows of lists stand as blocks, nothing to move sideways.
        await page.setViewportSize({ width: 360, height: 780 });
        await fitsWidth(page, path);
        const sideways = await page.$$eval('.wasl-scroll', (all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.getAttribute('aria-label')));
        expect(sideways.length === 0, `${path}: moves sideways on a phone: ${sideways}`);
        if (pictures) await page.screenshot({ path: join(pictures, `${who}-phone-${language}-${path.replaceAll(/[^a-z0-9]+/g, '-')}.png`), fullPage: true });
      }
    });
    if (pictures) {
      await page.setViewportSize({ width: who.startsWith('staff') ? 1280 : 390, height: 844 });
      await page.screenshot({ path: join(pictures, `${who}-${language}-${path.replaceAll(/[^a-z0-9]+/g, '-')}.png`), fullPage: true }).catch(() => {});
    }
  }
  await page.close();
}

const publicPaths = ['', '/search?q=%D8%B1%D8%AE%D8%B5%D8%A9', '/search', '/search?event=birth', '/no-such-page', '/p/commune-ain-wasl/birth-extract', '/p/commune-ain-wasl/building-permit-small',
  '/sign-in', '/follow', '/verify', '/help', '/accessibility', '/privacy', '/algorithms', '/figures', '/figures/un-index', '/outbox', '/desk/sign-in'];

for (const language of ['ar', 'fr']) {
  const context = await browser.newContext({ locale: language });
  await look(context, 'visitor', language, publicPaths.map((path) => `/${language}${path}`));
  const page = await context.newPage();
  await step(`person ${language} signs in with a code`, () => signIn(page, demo, '+212600010000', language));
  const request = await firstLink(page, `/${language}/me/requests`, /\/request\//).catch(() => null);
  await page.close();
  const own = ['', '/requests', '/about', '/addresses', '/mandates', '/mandates/grant?procedure=birth-extract', '/sessions'].map((below) => `/${language}/me${below}`);
  own.push(`/${language}/apply/commune-ain-wasl/birth-extract`, `/${language}/p/ministere-modele/auto-entrepreneur`, `/${language}/request/a/b/c/no-such-page`);
  if (request) own.push(request); else notOk(`person ${language} request page`, 'no request is listed');
  await look(context, 'person', language, own);
  await context.close();

  const staff = await browser.newContext({ locale: language });
  await step(`staff ${language} signs in with password and six digits`, async () => {
    const door = await staff.newPage();
    await signInAtDesk(door, demo, 'commune-ain-wasl', language === 'ar' ? 'agent' : 'agent2', language);
    await door.close();
  });
  const desk = await staff.newPage();
  const dossier = await firstLink(desk, `/${language}/desk/commune-ain-wasl/queue`, /\/dossier\//).catch(() => null);
  await desk.close();
  const work = [`/${language}/desk/commune-ain-wasl/queue`, `/${language}/desk/commune-ain-wasl/incoming`];
  if (language === 'ar') work.push(`/${language}/desk/commune-ain-wasl/counter`);
  if (dossier) work.push(dossier); else notOk(`staff ${language} dossier page`, 'no dossier is listed');
  await look(staff, 'staff', language, work);
  await staff.close();
}

// All four languages without JavaScript: the page is whole, and says its language.
for (const language of languages) {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 320, height: 700 } });
  const page = await context.newPage();
  for (const path of ['', '/p/commune-ain-wasl/birth-extract', '/sign-in', '/verify']) {
    await step(`without JavaScript ${language}${path || '/'}`, async () => {
      await open(page, `/${language}${path}`);
      expect((await page.locator('main').innerText()).length > 20, 'an empty page');
    });
  }
  await context.close();
}

// What a phone has to load for the first page (issue: under 60 KB), compressed, without fonts it has itself.
await step('first page under 60 KB on the wire', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  let bytes = 0;
  session.on('Network.loadingFinished', (event) => { bytes += event.encodedDataLength; });
  await open(page, '/fr');
  await page.waitForTimeout(300);
  expect(bytes > 0 && bytes < 60 * 1024, `${bytes} bytes`);
  ok(`first page: ${bytes} bytes`);
  await context.close();
});

await browser.close();
await demo.stop();
finish();
