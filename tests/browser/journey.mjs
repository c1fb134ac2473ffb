// The whole way from the sheet to the receipt in Chromium, in each language, with and without JavaScript, on a phone of
// 320 px; axe on every step in Arabic and French; at most 12 pages and 150 KB on the wire.
import { accessible, codeFor, expect, finish, fitsWidth, zoomed, ok, send, startBrowser, startDemo, step } from './_lib.mjs';

const browser = await startBrowser();
if (!browser) { console.log('skip journey: Chromium is not installed'); process.exit(0); }
const demo = await startDemo();
let visitor = 0;

// axe needs scripts; without them the page is only measured.
async function look(page, language, scripted, name) {
  if (scripted) await fitsWidth(page, name);
  if (!scripted || (language !== 'ar' && language !== 'fr')) return;
  await accessible(page, name);
  await zoomed(page, name);
}

async function journey(language, scripted) {
  const contact = `+2126620002${String(visitor).padStart(2, '0')}`;
  visitor += 1;
  const context = await browser.newContext({ javaScriptEnabled: scripted, viewport: { width: 320, height: 640 }, locale: language });
  const page = await context.newPage();
  let pages = 0, bytes = 0;
  page.on('response', (response) => { if (response.request().isNavigationRequest() && response.status() < 300) pages += 1; });
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  session.on('Network.loadingFinished', (event) => { bytes += event.encodedDataLength; });
  const at = (name) => look(page, language, scripted, name);

  await page.goto(`${demo.address}/${language}/p/commune-ain-wasl/birth-extract`);
  await Promise.all([page.waitForNavigation(), page.locator('main a[href*="/apply/"]').first().click()]);
  await page.fill('input[name=contact]', contact);
  await send(page, '/sign-in');
  await at('code');
  await page.fill('input[name=code]', await codeFor(demo, contact));
  await send(page, '/sign-in/code');
  await at('apply');
  await page.fill('input[name=given_ar]', 'أمينة');
  await page.fill('input[name=family_ar]', 'العلوي');
  await send(page, '/apply/');
  await at('for whom');
  await page.check('input[name=for_child][value=no]', { force: true });
  await send(page, '/for-whom');
  await at('holder');
  await page.fill('input[name="holder_name.given_ar"]', 'أمينة');
  await page.fill('input[name="holder_name.family_ar"]', 'العلوي');
  await page.fill('input[name=holder_birth-year]', '1990');
  await send(page, '/holder');
  await at('act');
  await page.fill('input[name=birth_commune]', 'عين الوصل');
  await send(page, '/act');
  await at('parents');
  await send(page, '/parents');
  await at('delivery');
  await page.check('input[name=delivery][value=online]', { force: true });
  await send(page, '/delivery');
  await at('papers');
  await page.setInputFiles('input[type=file]', { name: 'carte.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n%%EOF\n') });
  await send(page, '/papers');
  await at('check');
  await send(page, '/file');
  await at('receipt');
  expect(/\/request\/commune-ain-wasl\/0\/\d+\/\d+/.test(page.url()), `ends at ${page.url()}`);
  expect(await page.locator('main a[href$="/receipt.pdf"]').count() === 1, 'no receipt to download');
  expect(pages <= 12, `${pages} pages`);
  expect(bytes <= 150 * 1024, `${bytes} bytes`);
  if (scripted) ok(`journey ${language}: ${pages} pages, ${bytes} bytes`);
  await context.close();
}

for (const language of ['ar', 'fr', 'en', 'zgh']) {
  for (const scripted of [true, false]) {
    await step(`from the sheet to the receipt, ${language}, ${scripted ? 'with' : 'without'} JavaScript`, () => journey(language, scripted));
  }
}

// What a phone loads for the first page, compressed, with styles, script and icon.
for (const language of ['ar', 'fr', 'en', 'zgh']) {
  await step(`first page under 60 KB, ${language}`, async () => {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    let bytes = 0;
    session.on('Network.loadingFinished', (event) => { bytes += event.encodedDataLength; });
    await page.goto(`${demo.address}/${language}`, { waitUntil: 'networkidle' });
    expect(bytes > 1024 && bytes < 60 * 1024, `${bytes} bytes`);
    ok(`first page ${language}: ${bytes} bytes`);
    await context.close();
  });
}

await step('a file that is too large is said before it is sent', async () => {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  const page = await context.newPage();
  await page.goto(`${demo.address}/fr/apply/commune-ain-wasl/birth-extract`);
  await page.fill('input[name=contact]', '+212662000298');
  await send(page, '/sign-in');
  await page.fill('input[name=code]', await codeFor(demo, '+212662000298'));
  await send(page, '/sign-in/code');
  await page.fill('input[name=given_latin]', 'Amina');
  await send(page, '/apply/');
  await page.goto(page.url().replace(/[^/]+$/, 'papers'));
  await page.setInputFiles('input[type=file]', { name: 'g.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(11 << 20, 32) });
  expect((await page.locator('[data-size-error]').innerText()).includes('10'), 'no word about the size');
  expect(await page.locator('input[type=file]').first().evaluate((input) => input.files.length) === 0, 'the file is still chosen');
  await accessible(page, 'the refused file');
  await page.setInputFiles('input[type=file]', { name: 'k.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n%%EOF\n') });
  expect(await page.locator('[data-size-error]').count() === 0, 'the word stays');
  await context.close();
});

await step('an answer brings up its question at once, with JavaScript', async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await page.goto(`${demo.address}/fr/apply/commune-ain-wasl/birth-extract`);
  await page.fill('input[name=contact]', '+212662000299');
  await send(page, '/sign-in');
  await page.fill('input[name=code]', await codeFor(demo, '+212662000299'));
  await send(page, '/sign-in/code');
  await page.fill('input[name=given_latin]', 'Amina');
  await send(page, '/apply/');
  await page.goto(page.url().replace(/[^/]+$/, 'delivery'));
  await page.check('input[name=delivery][value=post]', { force: true });
  await page.waitForSelector('textarea[name=postal_address]', { timeout: 5000 });
  await context.close();
});

await browser.close();
await demo.stop();
finish();
