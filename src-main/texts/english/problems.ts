import type { ProblemTexts } from '../sentence.ts';
import { graphProblems } from './graph-problems.ts';
import { runProblems } from './run-problems.ts';
import { serveProblems } from './serve-problems.ts';
import { settingProblems } from './setting-problems.ts';

export const problems: ProblemTexts = { ...graphProblems, ...runProblems, ...serveProblems, ...settingProblems };
