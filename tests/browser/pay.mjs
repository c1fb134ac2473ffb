// Payments in the browser: a person finds the reference and the receipt, the cashier takes cash without JavaScript, the
// overseer reads the books. Axe, 320 px, right to left. Screenshots for docs with WASL_SCREENS.
import { accessible, expect, finish, fitsWidth, pictures, signIn, signInAtDesk, startBrowser, startDemo, step, zoomed } from './_lib.mjs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';

const browser = await startBrowser();
if (!browser) { console.log('skip pay: Chromium is not installed'); process.exit(0); }
const demo = await startDemo();
const member = 'commune-ain-wasl';

async function agent(login) {
  const page = await (await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1100, height: 900 } })).newPage();
  await signInAtDesk(page, demo, member, login);
  return page;
}

async function person() {
  const context = await browser.newContext({ viewport: { width: 900, height: 900 } });
  const page = await context.newPage();
  const contact = `p${randomBytes(6).toString('hex')}@example.org`;
  await signIn(page, demo, contact);
  const done = await context.request.post(`${demo.address}/api/dossiers`, {
    headers: { 'Idempotency-Key': randomBytes(8).toString('hex') },
    data: { member, procedure: 'birth-extract', language: 'ar',
      answers: { for_child: false, holder_name: { given_ar: 'أمينة', family_ar: 'العلوي', given_latin: 'Amina', family_latin: 'Alaoui' },
        holder_birth: '1990-05-12', birth_commune: { text: 'عين الوصل' }, delivery: 'counter' } } });
  expect(done.status() === 201, `filed: ${done.status()} ${await done.text()}`);
  return { page, reference: (await done.json()).reference };
}

async function looked(page, name) {
  await page.setViewportSize({ width: 1100, height: 900 });
  await fitsWidth(page, name);
  await page.setViewportSize({ width: 320, height: 700 });
  await fitsWidth(page, `${name} at 320 px`);
}

async function picture(page, name, width = 900) {
  if (!pictures) return;
  await page.setViewportSize({ width, height: 900 });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

const { page, reference } = await person();
let paying = '';
for (const language of ['ar', 'fr', 'en', 'zgh']) {
  await step(`what is to pay, ${language}`, async () => {
    await page.goto(`${demo.address}/${language}/request/${reference}`);
    paying = (await page.locator('#payment [data-copy]').first().getAttribute('data-copy')).replaceAll(' ', '');
    expect(/^\d{14}$/.test(paying), paying);
    await page.goto(`${demo.address}/${language}/pay/${member}/${paying}`);
    expect(await page.locator('html').getAttribute('dir') === (language === 'ar' ? 'rtl' : 'ltr'), 'dir');
    await page.setViewportSize({ width: 1000, height: 900 });
    await accessible(page, `pay ${language}`);
    expect(await page.locator('#payment svg').count() === 1, 'QR');
    await looked(page, `pay ${language}`);
    await zoomed(page, `pay ${language}`);
    if (['ar', 'fr'].includes(language)) await picture(page, `pay-${language}`);
  });
}

const cashier = await agent('caisse');
await step('the cashier finds it by reference and takes the cash, without JavaScript', async () => {
  await cashier.goto(`${demo.address}/fr/desk/${member}/cash`);
  await looked(cashier, 'cash');
  await cashier.setViewportSize({ width: 1100, height: 900 });
  await cashier.fill('#do-find input[name=reference]', paying);
  await cashier.click('#do-find button[type=submit]');
  await picture(cashier, 'cash-fr');
  await cashier.click('#do-take button[type=submit]');
  expect((await cashier.locator('main').innerText()).includes('Le paiement est enregistré'), 'recorded');
});

await step('the cashier’s page in Arabic', async () => {
  await cashier.goto(`${demo.address}/ar/desk/${member}/cash`);
  await looked(cashier, 'cash ar');
  await picture(cashier, 'cash-ar');
  expect(await cashier.locator('.wasl-stack tbody tr').count() >= 1, 'the receipt of today');
  await cashier.setViewportSize({ width: 320, height: 900 });
  const label = await cashier.locator('.wasl-stack td').first().evaluate((each) => getComputedStyle(each, '::before').content);
  expect(label.includes('رقم'), `each value beside the name of its column: ${label}`);
  await cashier.locator('.wasl-stack').scrollIntoViewIfNeeded();
  await picture(cashier, 'cash-phone-ar', 320);
});

await step('the person’s page says paid and has the receipt', async () => {
  await page.goto(`${demo.address}/ar/request/${reference}`);
  const words = await page.locator('#payment').innerText();
  expect(words.includes('تم الأداء'), words);
  const receipt = await page.context().request.get(`${demo.address}${await page.locator('#payment a.govuk-button').getAttribute('href')}`);
  expect(receipt.status() === 200 && (await receipt.body()).subarray(0, 4).toString() === '%PDF', receipt.status());
});

const overseer = await agent('signataire');
for (const language of ['fr', 'ar']) {
  await step(`the books, ${language}: drawers, refunds to decide, what to read`, async () => {
    await overseer.goto(`${demo.address}/${language}/desk/${member}/payments`);
    expect(await overseer.locator('main table tbody tr').count() >= 4, 'drawers');
    await looked(overseer, 'books');
    await picture(overseer, `payments-${language}`);
  });
}

await browser.close();
await demo.stop();
finish();
