/** Experiment templates. */
import type { ExperimentTemplateSummary } from '../../../aws/fis/types.ts';
import type { Operation } from '../../wire/operation.ts';
import type { FisContext } from '../context.ts';
import { errors } from '../errors.ts';
import { newTemplateId } from '../names.ts';
import { page } from '../paging.ts';
import { QUOTAS } from '../quotas.ts';
import { newTags } from '../tags.ts';
import { checkTemplate, type TemplateRecord, templateView, updatedContent } from '../templates/template.ts';
import { fisOperation } from './define.ts';

const CONTENT = [
  'description',
  'roleArn',
  'stopConditions[].*',
  'targets[].*',
  'actions[].*',
  'experimentOptions.emptyTargetResolutionMode',
];
const INERT = {
  'logConfiguration.*': 'given back; no experiment log is written',
  'experimentReportConfiguration.*': 'given back; no report is made',
};

/** The operations on templates. */
export function templateOperations(context: FisContext): Operation[] {
  return [
    createTemplate(context),
    updateTemplate(context),
    getTemplate(context),
    listTemplates(context),
    deleteTemplate(context),
  ];
}

/** Checks and keeps a template; the same client token gives the same one. */
function createTemplate({ templates, made, clock, region, accountId }: FisContext) {
  return fisOperation('CreateExperimentTemplate', {
    supports: ['clientToken', ...CONTENT, 'experimentOptions.accountTargeting', 'tags'],
    inert: INERT,
    handle: (input) => {
      const id = made.idOf('CreateExperimentTemplate', input, () => {
        const { clientToken: _, tags, ...content } = input;
        checkTemplate(content);
        if (templates.size >= QUOTAS.templates) {
          throw errors.quota(`There are ${templates.size} experiment templates, which is as many as there may be.`);
        }
        const id = newTemplateId();
        const arn = `arn:aws:fis:${region}:${accountId}:experiment-template/${id}`;
        const now = clock.now();
        templates.set(id, { id, arn, content, createdAt: now, updatedAt: now, tags: newTags(tags) });
        return id;
      });
      return { experimentTemplate: templateView(templateOf(templates, id)) };
    },
  });
}

/** Experiments that run keep the template as it was. */
function updateTemplate({ templates, clock }: FisContext) {
  return fisOperation('UpdateExperimentTemplate', {
    supports: ['id', ...CONTENT],
    inert: INERT,
    handle: (input) => {
      const before = templateOf(templates, input.id);
      const content = updatedContent(before.content, input);
      checkTemplate(content);
      const template = { ...before, content, updatedAt: clock.now() };
      templates.set(template.id, template);
      return { experimentTemplate: templateView(template) };
    },
  });
}

function getTemplate({ templates }: FisContext) {
  return fisOperation('GetExperimentTemplate', {
    supports: ['id'],
    handle: ({ id }) => ({ experimentTemplate: templateView(templateOf(templates, id)) }),
  });
}

function listTemplates({ templates }: FisContext) {
  return fisOperation('ListExperimentTemplates', {
    supports: ['maxResults', 'nextToken'],
    handle: (input) => {
      const { items, next } = page([...templates.values()].map(summaryOf), input);
      return { experimentTemplates: items, ...next };
    },
  });
}

function summaryOf({ id, arn, content, createdAt, updatedAt, tags }: TemplateRecord): ExperimentTemplateSummary {
  return {
    id,
    arn,
    description: content.description,
    creationTime: createdAt,
    lastUpdateTime: updatedAt,
    tags: Object.fromEntries(tags),
  };
}

/** Experiments that were started from the template go on. */
function deleteTemplate({ templates }: FisContext) {
  return fisOperation('DeleteExperimentTemplate', {
    supports: ['id'],
    handle: ({ id }) => {
      const template = templateOf(templates, id);
      templates.delete(id);
      return { experimentTemplate: templateView(template) };
    },
  });
}

/** The template. @throws AwsError ResourceNotFoundException */
export function templateOf(templates: ReadonlyMap<string, TemplateRecord>, id: string): TemplateRecord {
  const template = templates.get(id);
  if (template === undefined) {
    throw errors.noTemplate(id);
  }
  return template;
}
