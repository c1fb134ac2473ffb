// A company's space in the browser: the accountant of the demonstration's two companies on every page, in each language, by axe, at
// 320 px and at 200 %; a file looked through and confirmed without JavaScript; obligations on a sheet. Screenshots with WASL_SCREENS.
import { accessible, expect, finish, fitsWidth, pictures, send, signIn, startBrowser, startDemo, step, zoomed } from './_lib.mjs';
import { statSync } from 'node:fs';
import { join } from 'node:path';

const browser = await startBrowser();
if (!browser) { console.log('skip companies: Chromium is not installed'); process.exit(0); }
const demo = await startDemo();
const atlas = '009000001000105', sahel = '009000002000175';

// Everybody of the demonstration comes in with the code that its outbox shows.
async function signedIn(contact, scripted) {
  const page = await (await browser.newContext({ javaScriptEnabled: scripted })).newPage();
  await signIn(page, demo, contact);
  return page;
}

async function picture(page, name, size = { width: 900, height: 900 }) {
  if (!pictures) return;
  await page.setViewportSize(size);
  const path = join(pictures, `${name}.png`);
  await page.screenshot({ path, fullPage: false });
  expect(statSync(path).size < 200_000, `${name}: ${statSync(path).size} bytes`);
}

const page = await signedIn('+212600010005', true);
const paths = [['companies', '/me/companies'], ['company', `/me/companies/${atlas}`], ['company-people', `/me/companies/${atlas}/people`],
  ['company-history', `/me/companies/${atlas}/history`], ['company-batches', `/me/companies/${atlas}/batches`],
  ['company-batch', `/me/companies/${atlas}/batches/demonstration-1`]];
for (const language of ['ar', 'fr', 'en', 'zgh']) {
  for (const [name, path] of [...paths, ['obligations', '/p/ministere-modele/auto-entrepreneur']]) {
    await step(`companies ${language} ${path}`, async () => {
      await page.setViewportSize({ width: 1200, height: 900 });
      const response = await page.goto(`${demo.address}/${language}${path}`, { waitUntil: 'load' });
      expect(response.status() === 200, response.status());
      expect(await page.locator('html').getAttribute('dir') === (language === 'ar' ? 'rtl' : 'ltr'), 'dir');
      await accessible(page, path);
      await page.setViewportSize({ width: 320, height: 700 });
      await fitsWidth(page, path);
      if (name === 'company-batch' && ['ar', 'fr'].includes(language)) {
        await page.locator('.wasl-stack').evaluate((each) => each.scrollIntoView());
        await picture(page, `${name}-phone-${language}`, { width: 320, height: 640 });
      }
      await zoomed(page, path);
      if (['ar', 'fr'].includes(language)) await picture(page, `${name}-${language}`);
    });
  }
}

await step('the accountant acts for both companies; the one whose mandate has ended for none', async () => {
  await page.goto(`${demo.address}/fr/me/companies`);
  const words = await page.locator('main').innerText();
  expect(words.includes('Conserves de l’Atlas') && words.includes('Textile du Sahel'), words);
  const former = await signedIn('+212600010007', true);
  await former.goto(`${demo.address}/fr/me/companies`);
  expect(!(await former.locator('main').innerText()).includes('Conserves'), 'ended');
  expect((await former.goto(`${demo.address}/fr/me/companies/${atlas}`)).status() === 404, 'closed');
  await former.context().close();
});

await step('a file is looked through, confirmed and filed without JavaScript, in Arabic', async () => {
  const plain = await signedIn('+212600010005', false);
  await plain.goto(`${demo.address}/ar/me/companies/${sahel}/batches`);
  const table = 'line,member,procedure,answers.land_address,answers.floor_area\r\n' +
    'a,commune-ain-wasl,building-permit-small,"Lot 12, zone d’activités",120\r\nb,ministere-modele,auto-entrepreneur,,\r\n';
  await plain.setInputFiles('input[type=file]', { name: 'lot.csv', mimeType: 'text/csv', buffer: Buffer.from(table) });
  await Promise.all([plain.waitForNavigation(), plain.locator('#do-upload button').click()]);
  const preview = await plain.locator('main').innerText();
  expect(preview.includes('identity.mandate-narrow'), preview.slice(0, 600));
  if (pictures) await picture(plain, 'company-preview-ar');
  await Promise.all([plain.waitForNavigation(), plain.locator('#do-confirm button').click()]);
  for (let n = 0; n < 50; n += 1) {
    await plain.reload();
    if ((await plain.locator('main').innerText()).includes('commune-ain-wasl/')) break;
    await plain.waitForTimeout(100);
  }
  const words = await plain.locator('main').innerText();
  expect(words.includes('commune-ain-wasl/'), words.slice(0, 600));
  await plain.goto(`${demo.address}/ar/me/companies/${sahel}`);
  expect(/commune-ain-wasl\//.test(await plain.locator('main').innerText()), 'in the space');
  await plain.context().close();
});

await step('filters keep to the company and answer without JavaScript', async () => {
  await page.goto(`${demo.address}/fr/me/companies/${atlas}`);
  await page.selectOption('select[name=state]', 'granted');
  await Promise.all([page.waitForNavigation(), page.locator('main form[method=get] button').click()]);
  expect(/state=granted/.test(page.url()), page.url());
  expect((await page.locator('main').innerText()).includes('Aucune demande'), 'nothing is granted yet');
});

await browser.close();
await demo.stop();
finish();
