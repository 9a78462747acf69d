import { testRule } from "../../test/rule-cases.ts";
import { scripts } from "./scripts.ts";

testRule(scripts);
