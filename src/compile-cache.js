// JavaScript, and loaded by --import before anything else: the cache keeps TypeScript with its types stripped, so that a
// warm start does not even load what strips them, which is a third of the time of a short command.
import { enableCompileCache } from "node:module";

enableCompileCache();
