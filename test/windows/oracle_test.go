// Asks Argo CD's own CanSync at given instants. The clock is the test bubble's, so years pass at once.
package oracle

import (
	"encoding/json"
	"os"
	"testing"
	"testing/synctest"
	"time"
	_ "time/tzdata"

	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
)

type question struct {
	Windows v1alpha1.SyncWindows `json:"windows"`
	// Seconds since 1970, ascending.
	Instants []int64 `json:"instants"`
}

// One character for each instant: what a sync by itself and a sync by hand may do.
func answer(t *testing.T, question question) string {
	answers := make([]byte, 0, len(question.Instants))
	application := &v1alpha1.Application{}
	application.Name = "apg-cash-management-production"
	for _, instant := range question.Instants {
		time.Sleep(time.Until(time.Unix(instant, 0)))
		windows := question.Windows.Matches(application)
		automatic, err := windows.CanSync(false, nil)
		if err != nil {
			t.Fatal(err)
		}
		manual, err := windows.CanSync(true, nil)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case automatic && manual:
			answers = append(answers, 'b')
		case manual:
			answers = append(answers, 'm')
		default:
			answers = append(answers, '-')
		}
	}
	return string(answers)
}

func TestCanSync(t *testing.T) {
	text, err := os.ReadFile(os.Getenv("QUESTIONS"))
	if err != nil {
		t.Fatal(err)
	}
	var questions []question
	if err := json.Unmarshal(text, &questions); err != nil {
		t.Fatal(err)
	}
	answers := make([]string, len(questions))
	for index, question := range questions {
		synctest.Test(t, func(t *testing.T) { answers[index] = answer(t, question) })
	}
	output, err := json.Marshal(answers)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(os.Getenv("ANSWERS"), output, 0o600); err != nil {
		t.Fatal(err)
	}
}
