// A connection to the network in the browser, in every language: from the sheet to the outcome in plain words, then what
// the engineer reads of it and the ledger of capacity; by axe, at 320 px, without JavaScript. Screenshots with WASL_SCREENS.
import { accessible, codeFor, expect, finish, fitsWidth, pictures, send, signInAtDesk, startBrowser, startDemo, step, zoomed } from './_lib.mjs';
import { join } from 'node:path';

const browser = await startBrowser();
if (!browser) { console.log('skip grid_connection: Chromium is not installed'); process.exit(0); }
const demo = await startDemo();
const member = 'regie-electricite';
const pdf = { name: 'papier.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n%%EOF\n') };

// From the sheet to the receipt; the page of the request.
async function file(page, language, phone, point, kw) {
  await page.goto(`${demo.address}/${language}/p/${member}/grid-connection`);
  await Promise.all([page.waitForNavigation(), page.locator('main a[href*="/apply/"]').first().click()]);
  await page.fill('input[name=contact]', phone);
  await send(page, '/sign-in');
  await page.fill('input[name=code]', await codeFor(demo, phone));
  await send(page, '/sign-in/code');
  if (page.url().includes('/apply/')) await send(page, '/apply/');
  await page.fill('input[name=connection_point]', point);
  await page.fill('textarea[name=address]', '12, rue des Orangers');
  await page.fill('input[name=commune]', 'Aïn El Wasl');
  await send(page, '/place');
  await page.check('input[name=use][value=shop]', { force: true });
  await page.fill('input[name=load_kw]', kw);
  await send(page, '/supply');
  if (page.url().includes('/fetched')) await send(page, '/fetched');
  if (page.url().includes('/papers')) {
    for (const input of await page.locator('input[type=file]').all()) await input.setInputFiles(pdf);
    await send(page, '/papers');
  }
  await send(page, '/file');
}

const filed = {};
let number = 20;
for (const language of ['fr', 'ar', 'en', 'zgh']) {
  for (const [name, point, kw] of [['granted', 'CP-0005', '20'], ['more', 'CP-0025', '9000']]) {
    const scripted = name === 'granted';
    await step(`a request and its outcome in plain words (${language}, ${name}, ${scripted ? 'with' : 'without'} JavaScript)`, async () => {
      const context = await browser.newContext({ javaScriptEnabled: scripted, viewport: { width: 320, height: 740 }, locale: language });
      const page = await context.newPage();
      await file(page, language, `+2126000100${number}`, point, kw);
      number += 1;
      expect(page.url().includes(`/request/${member}/`), page.url());
      const card = page.locator('section[aria-labelledby=network-check]');
      expect(await card.count() === 1 && (await card.locator('p').count()) >= 2, 'the outcome stands on the page');
      expect(await card.locator('a[href$="/check.json"]').count() === 1, 'the record is there to be taken');
      filed[name] = /request\/([^?]+)/.exec(page.url())[1];
      if (scripted) {
        await accessible(page, name);
        await fitsWidth(page, name);
        await zoomed(page, name);
      }
      if (pictures && ['ar', 'fr'].includes(language)) {
        await page.setViewportSize({ width: 480, height: 1400 });
        await page.screenshot({ path: join(pictures, `grid-connection-${name}-${language}.png`) });
      }
      await context.close();
    });
  }
}

async function signedIn(login) {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  await signInAtDesk(page, demo, member, login);
  return page;
}

await step('the engineer reads outcome, binding element, hours and network, and the ledger, in Arabic and French', async () => {
  const page = await signedIn('agent');
  for (const language of ['ar', 'fr']) {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(`${demo.address}/${language}/desk/${member}/queue?q=${encodeURIComponent(filed.more)}`);
    await Promise.all([page.waitForNavigation(), page.locator(`main a[href*="/desk/${member}/dossier/"]`).first().click()]);
    const check = page.locator('section[aria-labelledby=check-title]');
    expect(await check.locator('dt').count() >= 7, `${await check.locator('dt').count()} rows`);
    await accessible(page, 'dossier');
    if (pictures) await page.screenshot({ path: join(pictures, `grid-check-desk-${language}.png`), fullPage: true });
    await page.setViewportSize({ width: 320, height: 740 });
    await fitsWidth(page, 'dossier');
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(`${demo.address}/${language}/desk/${member}/capacity`);
    expect(await page.locator('main table tbody tr').count() >= 4, 'what is kept');
    await accessible(page, 'capacity');
    if (pictures) await page.screenshot({ path: join(pictures, `grid-capacity-${language}.png`), fullPage: true });
    await page.setViewportSize({ width: 320, height: 740 });
    await fitsWidth(page, 'capacity');
  }
  await page.context().close();
});

await browser.close();
await demo.stop();
finish();
