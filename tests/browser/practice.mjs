// The practice country in the browser: the lab, a try, its result and the class, in Arabic and French, by axe and at 320 px;
// an exercise done with the keyboard's own form. Screenshots for docs with WASL_SCREENS.
import { accessible, expect, finish, fitsWidth, pictures, startBrowser, startDemo, step, zoomed } from './_lib.mjs';
import { join } from 'node:path';

const browser = await startBrowser();
if (!browser) { console.log('skip practice: Chromium is not installed'); process.exit(0); }
const country = await startDemo('--practice');

async function looked(page, name) {
  await page.setViewportSize({ width: 1000, height: 900 });
  await accessible(page, name);
  if (pictures) await page.screenshot({ path: join(pictures, `practice-${name}.png`) });
  await page.setViewportSize({ width: 320, height: 700 });
  await fitsWidth(page, name);
  await zoomed(page, name);
  await page.setViewportSize({ width: 1000, height: 900 });
}

for (const [language, name] of [['ar', 'أمينة العلوي'], ['fr', 'Amina Alaoui']]) {
  const page = await (await browser.newContext({ javaScriptEnabled: true })).newPage();
  await step(`who are you, in ${language}: a mistake is said, then the exercises of the role stand there`, async () => {
    await page.goto(`${country.address}/${language}/practice`);
    expect(await page.locator('html').getAttribute('dir') === (language === 'ar' ? 'rtl' : 'ltr'), 'dir');
    await page.locator('form[action$="/practice/learner"] button').click();
    await page.waitForSelector('.govuk-error-summary');
    await looked(page, `who-${language}`);
    await page.fill('input[name=name]', name);
    await page.check('input[name=role][value=verifier]');
    await page.locator('form[action$="/practice/learner"] button').click();
    await page.waitForSelector('.wasl-card');
    expect(await page.locator('.wasl-card').count() === 2, 'two exercises of a verifier');
    await looked(page, `lab-${language}`);
  });

  await step(`a day is counted wrongly and explained, in ${language}`, async () => {
    await page.locator('form[action$="/practice/start/last-day"] button').click();
    await page.waitForSelector('form[action$="/check"]');
    await page.locator('form[action$="/hint"] button').click();
    await page.waitForSelector('form[action$="/check"]');
    await looked(page, `try-${language}`);
    await page.fill('input[name=answer]', '1999-01-01');
    await page.locator('form[action$="/check"] button').click();
    await page.waitForSelector('#result');
    expect(await page.locator('section[aria-labelledby=result] li').count() >= 3, 'mistake and explanation');
    await looked(page, `result-${language}`);
  });

  await step(`three papers to verify fit a narrow screen, in ${language}`, async () => {
    await page.goto(`${country.address}/${language}/practice`);
    await page.locator('form[action$="/practice/start/find-forged"] button').click();
    await page.waitForSelector('input[name=answer]');
    await looked(page, `forged-${language}`);
  });

  await step(`the trainer's class, in ${language}`, async () => {
    await page.goto(`${country.address}/${language}/practice/class`);
    await looked(page, `class-${language}`);
    await page.locator('form:has(input[name=new]) button').click();
    await page.waitForSelector('.govuk-warning-text');
    await looked(page, `class-new-${language}`);
  });
  await page.context().close();
}

await browser.close();
await country.stop();
finish();
