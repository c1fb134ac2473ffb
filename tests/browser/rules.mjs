// Decision tables in the browser: drawn by dmn-js under our content security policy with its mark in sight, the lit row
// of a dossier at the desk, both in Arabic and French, by axe, at 320 px and without JavaScript.
import { accessible, expect, finish, fitsWidth, signInAtDesk, startBrowser, startDemo, step } from './_lib.mjs';

const browser = await startBrowser();
if (!browser) { console.log('skip rules: Chromium is not installed'); process.exit(0); }
const demo = await startDemo();
const member = 'agence-sociale';
const rules = (language) => `${demo.address}/${language}/p/${member}/direct-social-aid/rules`;

for (const language of ['ar', 'fr']) {
  await step(`the tables are drawn from the files themselves, with the mark of bpmn.io (${language})`, async () => {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    const foreign = [];
    page.on('request', (request) => { if (!request.url().startsWith(demo.address) && !request.url().startsWith('data:')) foreign.push(request.url()); });
    await page.goto(rules(language));
    await page.waitForSelector('.wasl-drawing .djs-container svg');
    const drawing = page.locator('.wasl-drawing').first();
    expect(await drawing.locator('.djs-element').count() >= 10, 'the diagram has its decisions and inputs');
    const mark = drawing.locator('.bjs-powered-by').first();
    expect(await mark.isVisible(), 'the mark is visible');
    const box = await mark.boundingBox(), canvas = await drawing.locator('.wasl-drawing__canvas').boundingBox();
    expect(box.width > 20 && box.x >= canvas.x && box.x + box.width <= canvas.x + canvas.width, 'the mark stands inside the drawing');
    await drawing.locator('.wasl-drawing__tabs button', { hasText: 'rates' }).click();
    await page.waitForSelector('.wasl-drawing .tjs-table');
    expect((await drawing.innerText()).includes('2026-01-01'), 'the table of dated amounts is drawn');
    expect(foreign.length === 0, `from elsewhere: ${foreign.join(' ')}`);
    await accessible(page, 'rules');
    await page.setViewportSize({ width: 320, height: 800 });
    await fitsWidth(page, 'rules');
    await page.context().close();
  });

  await step(`the same tables stand on the page without JavaScript (${language})`, async () => {
    const page = await (await browser.newContext({ javaScriptEnabled: false, viewport: { width: 320, height: 800 } })).newPage();
    await page.goto(rules(language));
    expect(await page.locator('table.wasl-rules').count() >= 5, 'plain tables');
    expect(!(await page.locator('.wasl-drawing').first().isVisible()), 'no empty drawing');
    await page.context().close();
  });
}

await step('no other page loads the drawing', async () => {
  const page = await (await browser.newContext()).newPage();
  const loaded = [];
  page.on('request', (request) => loaded.push(request.url()));
  await page.goto(`${demo.address}/fr/p/${member}/direct-social-aid`);
  expect(!loaded.some((url) => url.includes('dmn-js')), 'the sheet is light');
  await page.context().close();
});

await step('the agent sees the row that fired lit and named, in Arabic and French', async () => {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  await signInAtDesk(page, demo, member, 'agent');
  await page.goto(`${demo.address}/fr/desk/${member}/queue`);
  const link = await page.locator('a[href*="/dossier/"]').first().getAttribute('href');
  for (const [language, words] of [['fr', 'Cette ligne s’applique'], ['ar', 'هذا السطر ينطبق']]) {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(demo.address + link.replace(/^\/fr/, `/${language}`));
    const lit = page.locator('.wasl-advice tr.wasl-rules__fired').first();
    expect(await lit.isVisible() && (await lit.innerText()).includes(words), `no lit row (${language})`);
    await accessible(page, `dossier ${language}`);
    await page.setViewportSize({ width: 320, height: 800 });
    await fitsWidth(page, `dossier ${language}`);
  }
  await page.context().close();
});

await browser.close();
await demo.stop();
finish();
