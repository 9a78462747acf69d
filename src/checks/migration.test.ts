import { testRule } from "../../test/rule-cases.ts";
import { migration } from "./migration.ts";

testRule(migration);
