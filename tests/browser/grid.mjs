// The utility's network in the browser: public page and desk in every language by axe and at 320 px, without JavaScript an outage
// recorded and ended; the picture is an image with words. Screenshots for docs with WASL_SCREENS.
import { accessible, expect, finish, fitsWidth, pictures, signInAtDesk, startBrowser, startDemo, step, wasl, zoomed } from './_lib.mjs';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const browser = await startBrowser();
if (!browser) { console.log('skip grid: Chromium is not installed'); process.exit(0); }
const demo = await startDemo();
const utility = 'regie-electricite';

async function shot(page, name, width = 1000) {
  if (!pictures) return;
  await page.setViewportSize({ width, height: 900 });
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: false });
}

const context = await browser.newContext({ javaScriptEnabled: false });
const desk = await context.newPage();
await step('the utility’s agent signs in without JavaScript', async () => {
  await signInAtDesk(desk, demo, utility, 'agent');
});
const cookies = await context.cookies();

for (const language of ['ar', 'fr', 'en', 'zgh']) {
  const signedIn = await browser.newContext({ javaScriptEnabled: true });
  await signedIn.addCookies(cookies);
  const page = await signedIn.newPage();
  for (const path of ['/outages', `/desk/${utility}/network`, `/desk/${utility}/network/outages`, `/desk/${utility}/network/meters`]) {
    await step(`grid ${language} ${path}`, async () => {
      await page.setViewportSize({ width: 1200, height: 900 });
      const response = await page.goto(`${demo.address}/${language}${path}`, { waitUntil: 'load' });
      expect(response.status() === 200 && page.url().endsWith(path), `${response.status()} ${page.url()}`);
      expect(await page.locator('html').getAttribute('dir') === (language === 'ar' ? 'rtl' : 'ltr'), 'dir');
      await accessible(page, path);
      if (['ar', 'fr'].includes(language)) await shot(page, `grid${path === '/outages' ? '-public' : path.replace(`/desk/${utility}/network`, '-desk').replace('/', '-')}-${language}`);
      await page.setViewportSize({ width: 320, height: 700 });
      await fitsWidth(page, path);
      await zoomed(page, path);
    });
  }
  await step(`the picture of the network in ${language} is an image with words, and opens by itself`, async () => {
    await page.setViewportSize({ width: 1200, height: 900 });
    await page.goto(`${demo.address}/${language}/desk/${utility}/network`, { waitUntil: 'load' });
    const image = page.locator('main img');
    expect((await image.getAttribute('alt')).length > 20, 'alt');
    expect(await image.evaluate((one) => one.complete && one.naturalWidth > 300), 'not loaded');
    await page.goto(`${demo.address}${await page.locator('main a:has(img)').getAttribute('href')}`, { waitUntil: 'load' });
    if (['ar', 'fr'].includes(language)) await shot(page, `grid-picture-${language}`, 1100);
  });
  await signedIn.close();
}

await step('without JavaScript an outage is looked at, recorded, seen by everybody, and ended', async () => {
  await desk.goto(`${demo.address}/fr/desk/${utility}/network/outages`);
  await desk.fill('[name=opened]', '6-26');
  await desk.selectOption('[name=cause]', 'equipment');
  await desk.click('#do-preview button[type=submit]');
  expect((await desk.locator('main').innerText()).includes('Qui est touché'), 'preview');
  await desk.click('#do-begin button[type=submit]');
  expect(desk.url().includes('done=begun'), desk.url());
  const everybody = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await everybody.goto(`${demo.address}/fr/outages`);
  expect((await everybody.locator('main').innerText()).includes('défaut de matériel'), 'public page');
  const form = desk.locator('details[id^=do-restore]', { hasText: '6-26' });
  await form.locator('summary').click();
  await form.locator('button[type=submit]').click();
  expect(desk.url().includes('done=restored'), desk.url());
});

await step('pictures of 33 and 2,600 buses in Arabic and French open as images', async () => {
  const page = await (await browser.newContext()).newPage();
  const folder = join(demo.data, 'large');
  wasl('grid', 'sample', '--feeders', '8', '--posts', '650', '--households', '2', '--out', folder);
  for (const language of ['ar', 'fr']) {
    const file = join(demo.data, `large-${language}.svg`);
    writeFileSync(file, wasl('grid', 'draw', folder, '--language', language));
    await page.goto(`file://${file}`);
    const box = await page.locator('svg').first().boundingBox();
    expect(box.width > 800 && box.height > 300, JSON.stringify(box));
    await shot(page, `grid-large-${language}`, 1600);
  }
});

await browser.close();
await demo.stop();
finish();
